// What every transport promises, whatever it is made of.

import { describe } from 'vitest'
import { groupContract } from './transport-group.contract.ts'
import { publishContract } from './transport-publish.contract.ts'
import { type TransportHarness, transportScene } from './transport-scene.ts'

export function transportContract(name: string, open: () => Promise<TransportHarness>): void {
  describe(`the transport of ${name}`, () => {
    const current = transportScene(open)
    publishContract(current)
    groupContract(current)
  })
}
