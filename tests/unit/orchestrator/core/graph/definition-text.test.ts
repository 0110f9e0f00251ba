// Bytes become text only where they are UTF-8.

import { describe, expect, it } from 'vitest'
import { definePlan } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { decodedFile } from '../../../../../orchestrator/core/graph/definition-text.ts'

const text = '[{"IdObjet":1001,"NomObjet":"été"}]'
const faultOf = (bytes: Uint8Array) => {
  const outcome = definePlan({ files: [decodedFile('f.json', bytes)] })
  return outcome.ok ? undefined : outcome.reason[0]
}
const bigEndian = (little: Buffer) => Buffer.from(little).swap16()

describe('the bytes of a definition file', () => {
  it('are UTF-8, with or without a byte order mark', () => {
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`)]) {
      expect(decodedFile('f.json', bytes)).toEqual({ file: 'f.json', text })
    }
    expect(decodedFile('f.json', new Uint8Array())).toEqual({ file: 'f.json', text: '' })
  })

  it('that are not UTF-8 are FILE_UNREADABLE at the line and column of the first wrong one', () => {
    expect(faultOf(Buffer.from('[\n{"id":"\xe9"}]', 'latin1'))).toMatchObject({
      code: 'FILE_UNREADABLE',
      severity: 'error',
      file: 'f.json',
      line: 2,
      column: 8,
      hint: expect.stringContaining('UTF-8'),
    })
  })

  it.each<readonly [string, Uint8Array]>([
    ['UTF-16 of Windows', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16, big end first', bigEndian(Buffer.from(`\ufeff${text}`, 'utf16le'))],
    ['UTF-16, big end first, without a mark', bigEndian(Buffer.from(text, 'utf16le'))],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x5b, 0, 0, 0])],
    ['UTF-32, big end first', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x5b])],
  ])('that are %s are called so', (name, bytes) =>
    expect(faultOf(bytes)).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(name.slice(0, 6)),
      hint: expect.stringContaining('save the file as UTF-8'),
    }),
  )

  it('that are more than one text can hold are FILE_UNREADABLE, and to be split', () => {
    const fault = faultOf(new Uint8Array(2 ** 29).fill(0x20))
    expect(fault).toMatchObject({ code: 'FILE_UNREADABLE', hint: 'split it into several files' })
  })
})
