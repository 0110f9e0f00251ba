// Vitest's global setup for the projects that need brokers: one Kafka and one Redis for the whole run.

import type { TestProject } from 'vitest/node'
import { openBrokers } from './open-brokers.ts'
import { sharedUse } from './shared-use.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    brokers: { readonly kafka: string; readonly redis: string } | { readonly missing: string }
  }
}

// Each project loads this file for itself, but all of them live in one process.
const slot = globalThis as { [key: symbol]: unknown }
const key = Symbol.for('millefeuille.brokers')
slot[key] ??= sharedUse(openBrokers, async (brokers) => {
  if (typeof brokers !== 'string') await brokers.stop()
})
const brokers = slot[key] as ReturnType<typeof sharedUse<Awaited<ReturnType<typeof openBrokers>>>>

/** Starts or joins the brokers, gives their addresses to the tests, and returns what ends them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const opened = await brokers.take()
  if (typeof opened !== 'string') {
    const { kafka, redis } = opened
    project.provide('brokers', { kafka: kafka.address, redis: redis.address })
    say(`${project.name}: Kafka ${kafka.address} (${kafka.how}), Redis ${redis.address} (${redis.how})`)
    return brokers.giveBack
  }
  if (process.env.REQUIRE_BROKERS === '1') throw new Error(`REQUIRE_BROKERS=1, but there is ${opened}`)
  project.provide('brokers', { missing: opened })
  return async () => {
    await brokers.giveBack()
    say(`SKIPPED ${skippedTests(project)} tests of ${project.name}: ${opened}`)
  }
}

function skippedTests(project: TestProject): number {
  const modules = project.vitest.state
    .getTestModules()
    .filter((module) => module.project.name === project.name)
  return modules.flatMap((module) => [...module.children.allTests('skipped')]).length
}

function say(line: string): void {
  process.stderr.write(`[brokers] ${line}\n`)
}
