// What a process has cost so far.

import { readFileSync } from 'node:fs'

export interface Usage {
  readonly cpuSeconds: number
  /** Resident now, and the most it ever was. */
  readonly rssBytes: number
  readonly maxRssBytes: number
}

export function ownUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    rssBytes: process.memoryUsage.rss(),
    maxRssBytes: maxRSS * 1024,
  }
}

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own tick. */
const ticksPerSecond = 100

/** The CPU seconds of any process; undefined where there is no /proc or no such process. Source: proc_pid_stat(5). */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return undefined
  }
}
