// When more is taken.

import { describe, expect, it } from 'vitest'
import { FlowGate } from '../../../../shared/base/flow-gate.ts'

describe('FlowGate', () => {
  it('shuts above the limit and opens below half of it', () => {
    const gate = new FlowGate(10)
    expect([0, 10, 11, 10, 5, 4, 10].map((inFlight) => gate.isOpenAt(inFlight))).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ])
  })

  it('opens at nothing in flight, however small the limit', () => {
    const gate = new FlowGate(0)
    expect([1, 0].map((inFlight) => gate.isOpenAt(inFlight))).toEqual([false, true])
  })

  it('stays shut once it was shut', () => {
    const gate = new FlowGate(10)
    gate.shut()
    expect(gate.isOpenAt(0)).toBe(false)
  })
})
