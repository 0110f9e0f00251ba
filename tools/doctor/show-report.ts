// What doctor found, as lines for people.

import { redactText } from '../../shared/base/redact.ts'
import type { Style, Terminal } from '../terminal.ts'
import { counted } from '../validation.ts'
import type { Check } from './check.ts'
import type { Finding } from './consistency/finding.ts'
import type { Repaired } from './consistency/repairer.ts'

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const
/** Findings of a kind beyond these say nothing new; --json has them all. */
const mostOfAKind = 10

export function showCheck(terminal: Terminal, { name, state, message, advice }: Check): void {
  terminal.result(`${terminal.paintResult(colours[state], state.padEnd(4))}  ${name}: ${message}`)
  if (advice !== null) terminal.result(`      → ${advice}`)
}

export function showFindings(terminal: Terminal, findings: readonly Finding[]): void {
  for (const [code, all] of Map.groupBy(findings, (finding) => finding.code)) {
    for (const { state, subject, message, advice } of all.slice(0, mostOfAKind))
      showCheck(terminal, { name: subject, state, message: redactText(`${code} ${message}`), advice })
    if (all.length > mostOfAKind) {
      const more = all.length - mostOfAKind
      terminal.result(`      and ${more} more of ${code}; --json prints them all`)
    }
  }
}

const repairColours: Record<Repaired['outcome'], Style> = {
  done: 'green',
  unneeded: 'green',
  'would be done': 'yellow',
  failed: 'red',
}

export function showRepairs(terminal: Terminal, repairs: readonly Repaired[]): void {
  for (const { outcome, message } of repairs)
    terminal.result(`${terminal.paintResult(repairColours[outcome], outcome)}: ${redactText(message)}`)
}

export function showTotal(terminal: Terminal, checks: readonly Check[], findings: readonly Finding[]): void {
  const count = (state: Check['state']) =>
    [...checks, ...findings].filter((one) => one.state === state).length
  const total = `${count('ok')} ok, ${counted(count('warn'), 'warning')}, ${count('fail')} failed`
  terminal.result(terminal.paintResult(colours[count('fail') > 0 ? 'fail' : 'ok'], total))
}
