// The run store in memory gets back what it lost as the port promises.

import { describe } from 'vitest'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { runRecoveryContract } from './run-recovery.contract.ts'

class RestartableStore extends MemoryRunStore {
  restart(): void {
    this.startAnew()
  }
}

describe('MemoryRunStore', () => {
  runRecoveryContract(async () => {
    const clock = { atMs: 10_000 }
    const store = new RestartableStore(() => clock.atMs)
    const lose = async () => store.lose()
    const restart = async () => store.restart()
    return { clock, store, recovery: store, lose, restart }
  })
})
