// Dead letters as people read them: a table of many, or one with all that is known of it.

import type {
  DeadLetterDetail,
  DeadLetterList,
  DeadLetterResource,
  ResolvedResource,
} from '../../shared/api/dead-letter-resource.ts'
import { fittingTable } from '../fitting-table.ts'
import { cutTo, plainText } from '../one-line.ts'
import { utcText } from '../run-report.ts'
import type { Terminal } from '../terminal.ts'

const messageColumns = 60

export function showLetters(terminal: Terminal, entries: readonly DeadLetterResource[]): void {
  const head = ['ID', 'STATE', 'CODE', 'OBJECT', 'RUN', 'ZONE', 'TRIES', 'LAST (UTC)', 'CATEGORY', 'MESSAGE']
  const rows = entries.map((entry) => [
    entry.id,
    entry.state,
    plainText(entry.code),
    plainText(nameOf(entry)),
    plainText(entry.run_id ?? ''),
    plainText(entry.zone ?? ''),
    entry.attempts,
    entry.last_at === null ? '' : utcText(entry.last_at),
    entry.category,
    cutTo(messageColumns, plainText(entry.message)),
  ])
  for (const line of fittingTable(terminal.resultColumns, head, rows)) terminal.result(line)
}

/** The lines of how many there are of each code in each zone, the most first. */
export function breakdownOf(terminal: Terminal, { groups }: DeadLetterList): readonly string[] {
  const rows = groups.map(({ code, zone, count }) => [count, plainText(code), plainText(zone ?? '')])
  return fittingTable(terminal.resultColumns, ['LETTERS', 'CODE', 'ZONE'], rows)
}

export function showLetter(terminal: Terminal, letter: DeadLetterDetail): void {
  const say = (label: string, text: string) => terminal.result(`${label.padEnd(9)} ${plainText(text)}`)
  say('letter', letter.id)
  for (const [label, text] of originOf(letter)) if (text !== null) say(label, text)
  say('tries', triesText(letter))
  if (letter.first_at !== null) say('first', `${utcText(letter.first_at)} UTC`)
  if (letter.last_at !== null) say('last', `${utcText(letter.last_at)} UTC`)
  const [again, outcome] = letter.kind === 'object' ? ['tried', 'failed again'] : ['sent', 'came back']
  if (letter.retry_of !== null) say('retry of', `${letter.retry_of}: it was ${again} again, and ${outcome}`)
  say('error', `${letter.code} (${letter.category})`)
  say('message', letter.message)
  if (letter.stack !== null) block(terminal, 'stack', letter.stack)
  const { event } = letter
  block(terminal, 'event', typeof event === 'string' ? event : JSON.stringify(event, null, 2))
  for (const { state, ...resolved } of letter.resolved_before ?? []) say('before', doneText(state, resolved))
  say('state', stateText(letter))
  if (letter.retried_as !== null) say('then', `it ${outcome}: millefeuille dlq show ${letter.retried_as}`)
}

function triesText({ kind, attempts, retry_of }: DeadLetterDetail): string {
  return `${attempts}${kind === 'object' && retry_of !== null ? ' in its run, also before the retry' : ''}`
}

function originOf(letter: DeadLetterDetail): readonly (readonly [string, string | null])[] {
  return [
    [letter.kind, nameOf(letter)],
    ['run', letter.run_id],
    ['zone', letter.zone],
    ['tenant', letter.tenant],
    ['workflow', letter.workflow],
  ]
}

function nameOf({ source, object_id }: DeadLetterResource): string {
  return source === null ? (object_id ?? '') : `${source.topic}/${source.partition}/${source.offset}`
}

function stateText({ id, state, resolved }: DeadLetterDetail): string {
  if (state !== 'open' && resolved === null) return `${state}: nothing says by whom`
  if (resolved === null) return `${state}: millefeuille dlq retry ${id}, or dlq discard ${id}`
  return doneText(state, resolved)
}

function doneText(state: string, { by, reason, at, rerun }: ResolvedResource): string {
  const why = reason === null ? '' : `: ${reason}`
  const where = rerun === null ? '' : ` in run ${rerun}`
  return `${state} by ${by}${where} at ${utcText(at)} UTC${why}`
}

/** Lines that belong together, set in; each is plain. */
function block(terminal: Terminal, label: string, text: string): void {
  terminal.result(label)
  for (const line of text.split('\n')) terminal.result(`  ${blankedText(line)}`)
}

/** As `plainText`, but blanks at the beginning say how deep a line stands. */
function blankedText(line: string): string {
  return plainText(line.replace(/\t/g, '  '))
}
