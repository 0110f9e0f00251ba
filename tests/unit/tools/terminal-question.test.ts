// Questions reach a person, or are not asked.

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { terminalQuestion } from '../../../tools/terminal-question.ts'

function streams(isInputTty: boolean, isOutputTty: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY: isInputTty })
  const output = Object.assign(new PassThrough(), { isTTY: isOutputTty })
  const given = [input as never, output as never] as const
  return { input, output, question: terminalQuestion(...given) }
}

describe('a question', () => {
  it('is put on the terminal, and what is typed is the answer', async () => {
    const { input, output, question } = streams(true, true)
    const answer = question?.('go on? ')
    input.write('yes\n')
    expect(await answer).toBe('yes')
    expect(String(output.read())).toContain('go on? ')
  })

  it('has no answer when the input ends', async () => {
    const { input, question } = streams(true, true)
    const answer = question?.('go on? ')
    input.end()
    expect(await answer).toBe('')
  })

  it('has no answer at Ctrl-C', async () => {
    const { input, question } = streams(true, true)
    const answer = question?.('go on? ')
    input.write('\u0003')
    expect(await answer).toBe('')
  })

  it('is not asked where nobody would read it or could answer it', () => {
    expect(streams(false, true).question).toBeUndefined()
    expect(streams(true, false).question).toBeUndefined()
  })
})
