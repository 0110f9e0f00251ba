// The load registry in memory keeps the promises of the port.

import { describe } from 'vitest'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { loadRegistryContract } from './load-registry.contract.ts'

describe('MemoryLoadRegistry', () => {
  loadRegistryContract(() => new MemoryLoadRegistry())
})
