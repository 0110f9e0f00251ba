// Follows a run at an orchestrator until it ends or until Ctrl-C, which leaves it running.

import type { ApiClient } from './client/api-client.ts'
import type { CommandContext } from './command-context.ts'
import { type ExitCode, exitCodeOfRun, exitCodes } from './exit-codes.ts'
import { lookAgain, untilLost } from './lost-run.ts'
import { followRun } from './progress/follow-run.ts'
import { namedObjects } from './run-objects.ts'

/** The exit code of the run's end, or `interrupted`. */
export async function watchRun(
  context: CommandContext,
  client: ApiClient,
  runId: string,
  json: boolean,
): Promise<ExitCode> {
  const leaving = new AbortController()
  let isRead = true
  const stop = context.onInterrupt((cause) => {
    isRead = cause === 'signal'
    leaving.abort()
  })
  try {
    const objects = json ? [] : await namedObjects(client, runId)
    // Objects were answered, so there is a run; without them the first fact shows it.
    const facts = untilLost(runId, client.followFacts(runId, { signal: leaving.signal }), !json)
    const ended = await followRun({ ...context, facts, objects, json })
    if (ended !== undefined) return exitCodeOfRun(ended)
    if (isRead) context.terminal.message(`detached, the run goes on. ${lookAgain(runId)}`)
    return exitCodes.interrupted
  } finally {
    stop()
  }
}
