// dlq retry, dlq discard: one dead letter, or many at once, looked at and confirmed first.

import { Command, Option } from 'commander'
import type {
  DeadLetterList,
  DeadLetterResource,
  LetterCommand,
} from '../../shared/api/dead-letter-resource.ts'
import type { ApiClient } from '../client/api-client.ts'
import { openClient } from '../client/open-client.ts'
import type { CommandContext, End } from '../command-context.ts'
import { type FilterOptions, filterOf, withFilters } from '../dead-letters/letter-filters.ts'
import { breakdownOf } from '../dead-letters/letter-report.ts'
import { type RedriveStep, redrive } from '../dead-letters/redrive.ts'
import { type Example, withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { wholeFrom } from '../whole-option.ts'
import { byHand, type HandOptions, withHandOptions } from './run-commands.ts'

interface ActOptions extends HandOptions, FilterOptions {
  readonly all?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly rate: number
  readonly canary: boolean
  readonly canaryTimeout: number
}

/** More are not asked for at once: the command may be repeated. */
const mostLetters = 10_000
const progressEveryMs = 2_000

const descriptions: Readonly<Record<LetterCommand, string>> = {
  retry:
    'Tries dead letters again: an object as a new attempt of its run, with all that it blocked; a record where it came from. Of several, one is tried first as a canary, and the others only when it went well.',
  discard: 'Says of dead letters that they need nobody’s attention any more. Objects stay failed.',
}

const examples: Readonly<Record<LetterCommand, readonly Example[]>> = {
  retry: [
    ['millefeuille dlq retry 3.1811', 'one'],
    ['millefeuille dlq retry --all --code LOADER_FAILED --since 2h --dry-run', 'what would that be?'],
    ["millefeuille dlq retry --all --zone 1-Raw --rate 5 -m 'disk is back'", 'many, five a second'],
  ],
  discard: [
    ["millefeuille dlq discard 3.1811 -m 'no such customer'", 'and say why'],
    ['millefeuille dlq discard --all --run test-7 --yes', 'without a question'],
  ],
}

export function letterCommand(context: CommandContext, end: End, name: LetterCommand): Command {
  const command = withFilters(new Command(name), context.clock)
    .summary(name === 'retry' ? 'Tries dead letters again.' : 'Puts dead letters aside.')
    .description(descriptions[name])
    .argument('[id...]', 'ids of letters, as dlq list shows them')
    .option('--all', 'all open letters that the filters leave')
    .option('-y, --yes', 'do not ask, with --all')
    .option('--dry-run', 'only say which')
  if (name === 'retry') withRetryOptions(command)
  withHandOptions(command).action(async (ids: readonly string[], options: ActOptions) => {
    const hasFilters = Object.keys(filterOf(options)).length > 0
    if (options.all === true ? ids.length > 0 : ids.length === 0 || hasFilters)
      command.error('error: say which: ids, or --all with or without filters', { exitCode: exitCodes.usage })
    end(await new LetterWork(context, name, options, command).run(ids))
  })
  return withExamples(command, examples[name])
}

function withRetryOptions(command: Command): void {
  command
    .addOption(
      new Option('--rate <n>', 'at most so many a second').argParser(wholeFrom(1, 1_000)).default(10),
    )
    .addOption(
      new Option('--canary-timeout <seconds>', 'how long the first one may take')
        .argParser(wholeFrom(1, 86_400))
        .default(60),
    )
    .option('--no-canary', 'wait for none of them')
}

/** One call of one of the two commands. */
class LetterWork {
  readonly #context: CommandContext
  readonly #name: LetterCommand
  readonly #options: ActOptions
  readonly #command: Command
  readonly #client: ApiClient
  readonly #steps: RedriveStep[] = []

  constructor(context: CommandContext, name: LetterCommand, options: ActOptions, command: Command) {
    this.#context = context
    this.#name = name
    this.#options = options
    this.#command = command
    this.#client = openClient(context, options.server)
  }

  async run(ids: readonly string[]): Promise<ExitCode> {
    const { terminal } = this.#context
    const { all, dryRun } = this.#options
    const letters = all === true ? await this.#filtered() : await this.#named(ids)
    const { entries, total } = letters
    if (total === 0) {
      terminal.message('no such dead letters')
      return this.#over([], exitCodes.done)
    }
    if (all === true || dryRun === true) this.#preview(letters)
    if (dryRun === true) return this.#over(entries, exitCodes.done)
    if (all === true && !(await this.#isConfirmed(entries.length))) {
      terminal.message('nothing was changed')
      return this.#over(entries, exitCodes.done)
    }
    return this.#work(this.#inOrder(entries))
  }

  #filtered(): Promise<DeadLetterList> {
    return this.#client.listLetters({ ...filterOf(this.#options), state: 'open', limit: mostLetters })
  }

  async #named(ids: readonly string[]): Promise<DeadLetterList> {
    const entries: DeadLetterResource[] = []
    for (const id of new Set(ids)) entries.push(await this.#client.getLetter(id))
    const groups = new Map<string, DeadLetterList['groups'][number]>()
    for (const { code, zone } of entries) {
      const name = `${code} ${zone}`
      groups.set(name, { code, zone, count: (groups.get(name)?.count ?? 0) + 1 })
    }
    return { entries, total: entries.length, groups: [...groups.values()] }
  }

  /** The oldest first, and objects before records: only of an object it is heard how it went. */
  #inOrder(entries: readonly DeadLetterResource[]): readonly DeadLetterResource[] {
    if (this.#options.all !== true) return entries
    const oldest = [...entries].reverse()
    return [
      ...oldest.filter(({ kind }) => kind === 'object'),
      ...oldest.filter(({ kind }) => kind === 'record'),
    ]
  }

  #preview(letters: DeadLetterList): void {
    const { terminal } = this.#context
    const { entries, total } = letters
    const isResult = this.#options.dryRun === true && this.#options.json !== true
    const say = (line: string) => (isResult ? terminal.result(line) : terminal.message(line))
    for (const line of breakdownOf(terminal, letters)) say(line)
    const some = entries.length < total ? `, the newest of ${total}: repeat the command for the others` : ''
    say(`${lettersText(entries.length)} would be ${pastOf[this.#name]}${some}`)
  }

  async #isConfirmed(count: number): Promise<boolean> {
    if (this.#options.yes === true) return true
    const what = `${this.#name} ${lettersText(count)}`
    const { ask } = this.#context
    if (ask === undefined)
      this.#command.error(`error: to ${what} without being asked takes --yes; --dry-run only looks`, {
        exitCode: exitCodes.usage,
      })
    return /^y(es)?$/i.test((await ask(`${what}? [y/N] `)).trim())
  }

  async #work(entries: readonly DeadLetterResource[]): Promise<ExitCode> {
    const { terminal, clock, onInterrupt } = this.#context
    const { rate = 1_000, canary, canaryTimeout = 60 } = this.#options
    const leaving = new AbortController()
    const stop = onInterrupt(() => leaving.abort())
    let toldAtMs = clock.nowMs()
    try {
      const ended = await redrive(
        {
          ...{ client: this.#client, clock, command: this.#name, hand: byHand(this.#options), rate },
          hasCanary: this.#name === 'retry' && canary,
          timeoutMs: canaryTimeout * 1_000,
          signal: leaving.signal,
          awaits: (entry) => terminal.message(`waiting for the canary, ${canaryName(entry)}`),
          done: (step, count) => {
            this.#steps.push(step)
            if (!step.changed) terminal.message(`${step.id}: ${step.message}`)
            if (clock.nowMs() - toldAtMs < progressEveryMs) return
            toldAtMs = clock.nowMs()
            terminal.message(`${count} of ${entries.length}`)
          },
        },
        entries,
      )
      return this.#ended(entries, ended.canary, leaving.signal.aborted)
    } catch (error) {
      terminal.message(this.#summary(entries))
      throw error
    } finally {
      stop()
    }
  }

  #ended(
    entries: readonly DeadLetterResource[],
    canary: Awaited<ReturnType<typeof redrive>>['canary'],
    isLeft: boolean,
  ): ExitCode {
    const { terminal } = this.#context
    if (canary?.kind === 'failed' || canary?.kind === 'timed-out') {
      const how = canary.kind === 'failed' ? 'failed' : 'is not over'
      terminal.message(`the canary ${canary.id} ${how}: ${canary.message}`)
      return this.#over(entries, exitCodes.failed, canary.kind)
    }
    const isCut = isLeft && this.#steps.length < entries.length
    return this.#over(entries, isCut ? exitCodes.interrupted : exitCodes.done, canary?.kind)
  }

  #over(entries: readonly DeadLetterResource[], code: ExitCode, canary?: string): ExitCode {
    const { terminal } = this.#context
    const { json, dryRun = false } = this.#options
    if (json === true) terminal.result(JSON.stringify(this.#json(entries, canary)))
    else if (this.#steps.length > 0) terminal.result(this.#summary(entries))
    if (code === exitCodes.interrupted && !dryRun) terminal.message('interrupted: the rest is untouched')
    return code
  }

  #json(entries: readonly DeadLetterResource[], canary: string | undefined): object {
    const seen = new Set(this.#steps.map(({ id }) => id))
    return {
      format: 'millefeuille/letters-done@1',
      command: this.#name,
      dry_run: this.#options.dryRun === true,
      done: this.#steps,
      untouched: entries.flatMap(({ id }) => (seen.has(id) ? [] : [id])),
      canary: canary ?? null,
    }
  }

  #summary(entries: readonly DeadLetterResource[]): string {
    const changed = this.#steps.filter((step) => step.changed).length
    const parts = [`${lettersText(changed)} ${pastOf[this.#name]}`]
    const unchanged = this.#steps.length - changed
    if (unchanged > 0) parts.push(`${unchanged} left as they were`)
    const untouched = entries.length - this.#steps.length
    if (untouched > 0) parts.push(`${untouched} untouched`)
    return parts.join(', ')
  }
}

const pastOf: Readonly<Record<LetterCommand, string>> = { retry: 'tried again', discard: 'discarded' }

function lettersText(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`
}

function canaryName({ id, object_id, run_id }: DeadLetterResource): string {
  return object_id === null ? id : `${id} (object ${object_id} of run ${run_id})`
}
