// Everything a bench found out, as it is written to a file.

import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import type { FileRow } from './file-row.ts'
import type { GraphRow } from './graph-row.ts'

export interface InFlightRow {
  readonly objects: number
  readonly rssMiB: number
  readonly maxRssMiB: number
  /** The same process before it was given any object. */
  readonly idleRssMiB: number
}

export interface BenchResult {
  readonly format: 'millefeuille/bench@1'
  readonly date: string
  readonly commit: string
  /** Whether files differed from the commit. */
  readonly isDirty: boolean
  readonly node: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGiB: number
    readonly platform: string
  }
  readonly brokers: string
  /** The machine's load average over the last minute before the bench: others make every figure worse. */
  readonly loadBefore: number
  readonly graphs: readonly GraphRow[]
  readonly files: readonly FileRow[]
  readonly inFlight: readonly InFlightRow[]
}

export function commitNow(): { readonly commit: string; readonly isDirty: boolean } {
  try {
    return {
      commit: git('rev-parse', '--short=12', 'HEAD'),
      isDirty: git('status', '--porcelain', '--untracked-files=no') !== '',
    }
  } catch {
    return { commit: 'unknown', isDirty: true }
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim()
}

export function machineNow(): BenchResult['machine'] {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  }
}
