// The attempt ledger in memory is also the orchestrator's book of leases.

import { describe } from 'vitest'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { leaseBookContract } from './lease-book.contract.ts'

describe('MemoryAttemptLedger as a LeaseBook', () => {
  leaseBookContract(() => {
    let atMs = 1_800_000_000_000
    const nowMs = () => atMs
    const ledger = new MemoryAttemptLedger(nowMs)
    const pass = async (ms: number) => {
      atMs += ms
    }
    return { ledger, book: ledger, nowMs, pass }
  })
})
