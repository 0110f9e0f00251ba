// The run store in memory keeps the promises of the port.

import { describe } from 'vitest'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { runStoreContract } from './run-store.contract.ts'

describe('MemoryRunStore', () => {
  const houses = new Map<string, MemoryRunStore>()
  runStoreContract(() => ({
    open: (house, nowMs) => {
      const store = houses.get(house) ?? new MemoryRunStore(nowMs)
      houses.set(house, store)
      return store
    },
  }))
})
