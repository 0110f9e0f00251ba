// The command line asks an orchestrator behind its real API: a run of three objects, and commands about it.

import { expect } from 'vitest'
import type { ApiHouse } from './api-house.ts'
import { type CommandEnd, type CommandSurroundings, millefeuille } from './command-line.ts'

/** 2001 needs 1001, and nothing needs 1002. */
export const objects = [
  { id: 1001, zone: '1-Raw' },
  { id: 1002, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]

export function askHouse(
  house: ApiHouse,
  args: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandEnd> {
  const env = { ORCHESTRATOR_URL: house.server.url }
  return millefeuille(args, { env, clock: house.clock, ...surroundings })
}

/** A run of all objects, none of which is tried again. */
export async function openRunIn(house: ApiHouse, runId: string): Promise<void> {
  const reply = await house.send('POST', '/api/v1/runs', {
    body: { objects, run_id: runId, all: true, max_retries: 0 },
  })
  expect(reply.status).toBe(201)
}
