// Events as other programs write them: of an older release, of a newer one, or of a zone team in another language.

import { isJsonObject, type JsonObject, parseJson } from '../../shared/base/json.ts'
import type { Random } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { OutgoingRecord } from '../../shared/ports/transport.ts'

type Form = (event: JsonObject) => JsonObject

const newer: Form = (event) => ({ since_version: 9, ...event, trace: { deep: [1, 'two'] }, note: null })
const turned: Form = (event) => Object.fromEntries(Object.entries(event).reverse())

/** What says the same of an answer. */
const answerForms: readonly Form[] = [
  newer,
  turned,
  (event) => ({ ...event, attempt: event.attempt === undefined ? null : String(event.attempt) }),
  ({ event: _, zone: __, info: ___, ...rest }) => rest,
  (event) => ({ ...event, id: Number.isNaN(Number(event.id)) ? event.id : Number(event.id) }),
]

/** Before there were time-outs, tenants and inputs. */
const oldReady: Form = ({ id, zone, run_id, attempt, object }) => ({ id, zone, run_id, attempt, object })

/** The same record in a form that every reader must take for the same; what is no event of ours stays as it is. */
export function inAnotherForm(record: OutgoingRecord, random: Random): OutgoingRecord {
  const event = parseJson(record.value.toString())
  const forms = formsOf(record.topic)
  const form = forms[Math.floor(random() * forms.length)]
  if (form === undefined || !isJsonObject(event)) return record
  return { ...record, value: JSON.stringify(form(event)) }
}

function formsOf(topic: string): readonly Form[] {
  if (topic === defaultTopics.loaded || topic === defaultTopics.failed) return answerForms
  if (topic === defaultTopics.journal) return [newer]
  return topic.startsWith(defaultTopics.ready) ? [newer, turned, oldReady] : []
}
