// The register of workers in memory is also the directory of them.

import { describe } from 'vitest'
import { MemoryZoneRegister } from '../../workers/adapters/memory/memory-zone-register.ts'
import { zoneRegisterContract } from './zone-register.contract.ts'

describe('MemoryZoneRegister', () => {
  zoneRegisterContract(() => {
    let atMs = 1_800_000_000_000
    const nowMs = () => atMs
    const register = new MemoryZoneRegister(nowMs)
    const pass = async (ms: number) => {
      atMs += ms
    }
    return { register, directory: register, nowMs, pass }
  })
})
