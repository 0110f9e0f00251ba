// Whether what is broken was mended.

import type { Finding } from './finding.ts'
import type { Repaired } from './repairer.ts'

/** Warnings may stay. A repair that somebody else made is one. */
export function isMended(findings: readonly Finding[], repairs: readonly Repaired[]): boolean {
  const made = repairs.filter(({ outcome }) => outcome === 'done' || outcome === 'unneeded')
  const mended = new Set(made.map(({ repair }) => JSON.stringify(repair)))
  return findings.every(({ state, repair }) => state === 'warn' || mended.has(JSON.stringify(repair)))
}
