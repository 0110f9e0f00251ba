// The fields of a definition, in French and in English, and what their values mean.

import type { Json, JsonObject } from '../../../shared/base/json.ts'
import { type Layer, layers, zoneLabels } from '../../../shared/base/layer.ts'
import { longestObjectId, objectIdOf } from '../../../shared/base/object-id.ts'
import { cronFault } from './cron-expression.ts'
import type { Criticality } from './data-object.ts'
import type { EntryFault } from './definition-fault.ts'
import { nameOf } from './definition-source.ts'

/** Names of each field; the decomposed accents are those of files written on macOS. */
export const fieldNames = {
  identity: ['IdObjet', 'id', 'NomObjet', 'name'],
  parents: ['IdObjet_Parent', 'parents'],
  zone: ['Zone', 'zone'],
  layer: ['layer'],
  name: ['NomObjet', 'name'],
  frequency: ['Fréquence', 'Frequence', 'Fre\u0301quence', 'frequency'],
  lastRun: ['Lastrun', 'last_run'],
  criticality: ['Criticité', 'Criticite', 'Criticite\u0301', 'criticality'],
  state: ['EtatObjet', 'state'],
  policy: ['Politique', 'policy'],
} as const
export type Field = keyof typeof fieldNames

export type Complaint = Pick<EntryFault, 'code' | 'message' | 'hint'> & {
  readonly severity?: EntryFault['severity']
  readonly field: Field | undefined
  /** The way on from the value of the field to the part of it that is meant. */
  readonly at?: readonly string[]
}
/** Takes what is wrong with the definition at hand. */
export type Complain = (complaint: Complaint) => void

/** The identity, or undefined after a complaint. */
export function readIdentity(definition: JsonObject, complain: Complain): string | undefined {
  for (const given of [definition.IdObjet, definition.id, definition.NomObjet, definition.name]) {
    if (given === undefined || given === null || given === '') continue
    if (typeof given === 'string' && given.trim() === '') continue
    const id = objectIdOf(given)
    if (id !== undefined && isFitId(id)) return id
    complain(badIdentity(given))
    return undefined
  }
  complain({
    code: 'MISSING_ID',
    field: undefined,
    message: 'the object has no identity',
    hint: 'give it IdObjet (or id, or at least NomObjet)',
  })
  return undefined
}

function isFitId(id: string): boolean {
  return id.length <= longestObjectId && !hasControl(id)
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u001f]/.test(text)
}

function badIdentity(given: Json): Complaint {
  const isUnsafe = typeof given === 'number' && Number.isInteger(given) && given >= 0
  return {
    code: 'BAD_TYPE',
    field: 'identity',
    message: isUnsafe
      ? `the identity ${given} is too large to be an exact number`
      : `the identity ${flawOf(given)}`,
    hint: isUnsafe
      ? 'write it in double quotes, so that no digit is lost'
      : `write a whole number from 0 on, or text of at most ${longestObjectId} characters`,
  }
}

function flawOf(given: Json): string {
  if (typeof given !== 'string')
    return `is ${typeof given === 'number' ? `the number ${given}` : nameOf(given)}, not an id`
  // Blanks around it and leading zeros are no part of the id.
  const { length } = objectIdOf(given) ?? given
  if (length > longestObjectId)
    return `is too long: it has ${length} characters, and ${longestObjectId} are the most`
  return 'has a control character, such as a tab or a line end'
}

const zoneLayer = new Map<string, Layer>(zoneLabels.map((label, index) => [label, layers[index] as Layer]))
const foldedZoneLayer = new Map([...zoneLayer].map(([label, layer]) => [label.toLowerCase(), layer]))

/** The layer of zone, layer field and id, which must agree; undefined after a complaint. */
export function readLayer(definition: JsonObject, id: string, complain: Complain): Layer | undefined {
  const zone = chosen(definition.Zone, definition.zone, 'zone', complain)
  const field = definition.layer ?? undefined
  const ofZone = zone === undefined ? undefined : layerOfZone(zone)
  const ofField =
    field === undefined ? undefined : layers.find((layer) => String(layer) === objectIdOf(field))
  if (zone !== undefined && ofZone === undefined)
    return badValue('zone', zone, zoneLabels.join(', '), complain)
  if (field !== undefined && ofField === undefined)
    return badValue('layer', field, layers.join(', '), complain)
  const ofId = layerOfId(id)
  const layer = ofZone ?? ofField ?? ofId
  if (layer === undefined) {
    const message = `the layer of ${id} is not known`
    const hint = `give it Zone: ${zoneLabels.join(', ')} (ids from 1000 to 3999 say it themselves)`
    complain({ code: 'MISSING_LAYER', field: 'identity', message, hint })
  } else if ((ofField !== undefined && ofField !== layer) || (ofId !== undefined && ofId !== layer)) {
    complain(layerMismatch(id, zone, ofField, ofId))
  }
  return layer
}

function layerOfZone(zone: Json): Layer | undefined {
  if (typeof zone !== 'string') return undefined
  return zoneLayer.get(zone) ?? foldedZoneLayer.get(zone.trim().toLowerCase())
}

function layerOfId(id: string): Layer | undefined {
  if (id.length !== 4) return undefined
  const first = id.charCodeAt(0) - 0x30
  if (first < 1 || first > 3 || !/^\d{4}$/.test(id)) return undefined
  return layers[first - 1]
}

function layerMismatch(
  id: string,
  zone: Json | undefined,
  field: Layer | undefined,
  ofId: Layer | undefined,
): Complaint {
  const says = [
    ...(zone === undefined ? [] : [`Zone says ${zone}`]),
    ...(field === undefined ? [] : [`layer says ${field}`]),
    ...(ofId === undefined ? [] : [`the id ${id} says ${ofId}`]),
  ]
  const hint = 'correct the one that is wrong; ids from 1000 to 3999 belong to the layer of their first digit'
  return {
    code: 'LAYER_MISMATCH',
    field: zone === undefined ? 'layer' : 'zone',
    message: says.join(', but '),
    hint,
  }
}

export function readName(definition: JsonObject): string | undefined {
  const name = definition.NomObjet ?? definition.name
  return typeof name === 'string' ? name : typeof name === 'number' ? String(name) : undefined
}

/** Whether the object is processed. Without a state it is. */
export function isActive(definition: JsonObject): boolean {
  const state = definition.EtatObjet ?? definition.state
  if (state === undefined || state === null || state === 'actif' || state === true) return true
  return typeof state === 'string' && /^\s*acti(f|ve)\s*$/i.test(state)
}

export function readCriticality(definition: JsonObject, complain: Complain): Criticality {
  const french = definition.Criticité ?? definition.Criticite ?? definition['Criticite\u0301']
  const given = chosen(french, definition.criticality, 'criticality', complain)
  if (given === undefined || given === '') return 'medium'
  if (given === 'low' || given === 'medium' || given === 'high') return given
  const folded = typeof given === 'string' ? given.trim().toLowerCase() : undefined
  if (folded === 'low' || folded === 'medium' || folded === 'high') return folded
  badValue('criticality', given, 'low, medium, high', complain)
  return 'medium'
}

/** A cron expression that fires, or undefined: there is none, or after a complaint. */
export function readFrequency(definition: JsonObject, complain: Complain): string | undefined {
  const french = definition.Fréquence ?? definition.Frequence ?? definition['Fre\u0301quence']
  const given = chosen(french, definition.frequency, 'frequency', complain)
  if (given === undefined) return undefined
  if (typeof given !== 'string')
    return badValue('frequency', given, 'a cron expression such as "0 8 * * *"', complain)
  const expression = given.trim()
  if (expression === '') return undefined
  const fault = cronFault(expression)
  if (fault === undefined) return expression
  complain({ ...fault, field: 'frequency' })
  return undefined
}

/** Later than this number of seconds (year 5138) can only be milliseconds. */
const lastSecond = 1e11

/** When it was last loaded, in milliseconds since the epoch. */
export function readLastRunAtMs(definition: JsonObject, complain: Complain): number | undefined {
  const given = chosen(definition.Lastrun, definition.last_run, 'lastRun', complain)
  if (given === undefined || given === '') return undefined
  const isNumeric = typeof given === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(given)
  const seconds = isNumeric ? Number(given) : given
  if (typeof seconds === 'number' && seconds >= 0 && seconds < lastSecond) return Math.round(seconds * 1000)
  const isLarge = typeof seconds === 'number' && seconds >= lastSecond
  const allowed = isLarge
    ? 'seconds since 1970 (this looks like milliseconds)'
    : 'seconds since 1970, such as 1763600000'
  return badValue('lastRun', given, allowed, complain)
}

/** The value of a field that has a name in each language; both given and different is a fault. */
export function chosen(
  french: Json | undefined,
  english: Json | undefined,
  field: Field,
  complain: Complain,
): Json | undefined {
  if (french === undefined || french === null) return english ?? undefined
  if (english !== undefined && english !== null && JSON.stringify(english) !== JSON.stringify(french)) {
    const message = `the field is given twice: ${printed(french)} and ${printed(english)}`
    complain({ code: 'BAD_TYPE', field, message, hint: `keep one of ${namesOf(field)}` })
  }
  return french
}

/** The names of a field, those that look the same once. */
function namesOf(field: Field): string {
  return [...new Set(fieldNames[field].map((name) => name.normalize('NFC')))].join(', ')
}

function badValue(field: Field, given: Json, allowed: string, complain: Complain): undefined {
  const message = `${fieldNames[field][0]} is ${printed(given)}`
  complain({ code: 'BAD_TYPE', field, message, hint: `allowed: ${allowed}` })
}

/** A value as JSON, cut to what fits a message. */
export function printed(value: Json): string {
  const text = typeof value === 'object' && value !== null ? nameOf(value) : JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

export function fieldPath(definition: JsonObject, field: Field): readonly string[] {
  // An identity that is blank is passed over for the next name, as readIdentity does.
  const isGiven = (value: Json | undefined) =>
    value !== undefined &&
    value !== null &&
    !(field === 'identity' && typeof value === 'string' && value.trim() === '')
  const name = fieldNames[field].find((name) => isGiven(definition[name]))
  return name === undefined ? [] : [name]
}
