// The attempt ledger in memory keeps the promises of the port.

import { describe } from 'vitest'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { attemptLedgerContract } from './attempt-ledger.contract.ts'

describe('MemoryAttemptLedger', () => {
  attemptLedgerContract(() => {
    let nowMs = 1_800_000_000_000
    return {
      ledger: new MemoryAttemptLedger(() => nowMs),
      pass: async (ms) => {
        nowMs += ms
      },
    }
  })
})
