// Which dead letters are meant: the same options for every command about many of them.

import { type Command, Option } from 'commander'
import { letterStates } from '../../orchestrator/core/dlq/dead-letter-entry.ts'
import { letterCategories } from '../../orchestrator/core/dlq/letter-category.ts'
import { zoneLabels } from '../../shared/base/layer.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { LetterWish } from '../client/api-client.ts'
import { instantBy } from '../instant-option.ts'

export type FilterOptions = Omit<LetterWish, 'limit' | 'state'>

export function withFilters(command: Command, clock: Pick<Clock, 'nowMs'>): Command {
  return command
    .addOption(new Option('--category <category>', 'only of this kind').choices(letterCategories))
    .option('--code <code>', 'only with this code of the last error')
    .option('--run <id>', 'only of this run')
    .option('--object <id>', 'only of this object')
    .addOption(new Option('--zone <zone>', 'only of this zone').choices(zoneLabels))
    .option('--tenant <tenant>', 'only of this tenant')
    .addOption(
      new Option(
        '--since <instant>',
        'only from then on: an instant, a date, or 2h for so long ago',
      ).argParser(instantBy(clock)),
    )
    .addOption(new Option('--until <instant>', 'only before then').argParser(instantBy(clock)))
}

export function stateOption(): Option {
  return new Option('--state <state>', 'only in this state').choices([...letterStates, 'all']).default('open')
}

const filters = ['category', 'code', 'run', 'object', 'zone', 'tenant', 'since', 'until'] as const

/** What is filtered by, without other options of the command. */
export function filterOf(options: FilterOptions): FilterOptions {
  const given = filters.flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]] as const],
  )
  return Object.fromEntries(given)
}
