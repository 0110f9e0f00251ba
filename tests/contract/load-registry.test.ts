// The load registries in memory and in a data folder keep the promises of the port.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { SqliteLoadRegistry } from '../../orchestrator/adapters/sqlite/sqlite-load-registry.ts'
import { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { loadRegistryContract } from './load-registry.contract.ts'

describe('MemoryLoadRegistry', () => {
  loadRegistryContract(() => new MemoryLoadRegistry())
})

describe('SqliteLoadRegistry', () => {
  loadRegistryContract(() => {
    const path = mkdtempSync(join(tmpdir(), 'millefeuille-loads-'))
    const folder = DataFolder.open(path)
    onTestFinished(() => {
      folder.close()
      rmSync(path, { recursive: true, force: true })
    })
    return new SqliteLoadRegistry(folder)
  })
})
