// Fields of the API in the words of the command line: whoever typed `--run-id` has never heard of `body.run_id`.

import type { Command } from 'commander'
import type { Fault } from '../shared/base/fault.ts'

/** Options that are called otherwise than the field that carries them, of those that only the API checks. */
const optionOf: Readonly<Record<string, string>> = { objects: 'object' }

/** The fault's message; a field of the API that it begins with is named as the command's option or argument. */
export function inWordsOf(command: Command, { message, detail }: Fault): string {
  const { field } = detail
  if (typeof field !== 'string' || !message.startsWith(field)) return message
  const name = nameIn(command, field)
  return name === undefined ? message : name + message.slice(field.length)
}

/** Undefined: the command has no such option or argument. */
function nameIn(command: Command, field: string): string | undefined {
  const [part, key = ''] = field.split('.')
  return part === 'path' ? argumentIn(command, key) : optionIn(command, key)
}

/** What a path ends in bears its name there; what it begins with is the command's first argument. */
function argumentIn({ registeredArguments }: Command, key: string): string | undefined {
  const found = registeredArguments.find((argument) => argument.name() === key) ?? registeredArguments[0]
  return found === undefined ? undefined : `<${found.name()}>`
}

function optionIn({ options }: Command, key: string): string | undefined {
  const name = optionOf[key] ?? key.replaceAll('_', '-')
  return options.find((option) => option.name() === name)?.long ?? undefined
}
