// The storm of a story: every tenth of a second each kind of fault may strike.

import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { FaultRates } from './fault-rates.ts'
import type { SimulatedOperator } from './operator.ts'
import type { Poisoner } from './poisoner.ts'
import type { SimulatedHouse } from './simulated-house.ts'
import type { SimulatedLedger } from './simulated-ledger.ts'
import type { SimulatedStore } from './simulated-store.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { Trace } from './trace.ts'

export interface StormParts {
  readonly house: SimulatedHouse
  readonly store: SimulatedStore
  readonly ledger: SimulatedLedger
  readonly operator: SimulatedOperator
  readonly poisoner: Poisoner
  readonly recorder: StoryRecorder
  readonly clock: Clock
  readonly random: Random
  readonly trace: Trace
  readonly faults: FaultRates
}

const everyMs = 100

export class Storm {
  readonly #parts: StormParts
  readonly #strikes: readonly (readonly [perSecond: number, strike: () => void])[]
  #isOver = false

  constructor(parts: StormParts) {
    const { faults, house, operator, poisoner } = parts
    this.#parts = parts
    this.#strikes = [
      [faults.crashPerSecond, () => house.crashOne()],
      [faults.restartPerSecond, () => house.restartOne()],
      [faults.pausePerSecond, () => house.pauseOne()],
      [faults.zombiePerSecond, () => house.expelOne()],
      [faults.clockJumpPerSecond, () => house.setOneClock()],
      [faults.poisonPerSecond, () => poisoner.send()],
      [faults.cancelPerSecond, () => operator.cancelOne()],
      [faults.commandPerSecond, () => operator.commandOne()],
      [faults.suspicionPerSecond, () => operator.suspectOne()],
      [faults.blindnessPerSecond, () => house.blindOne()],
      [faults.storeLossPerSecond, () => this.#loseStore()],
      [faults.storeRollbackPerSecond, () => this.#rollStoreBack()],
    ]
  }

  begin(): void {
    const { random, clock, store, faults } = this.#parts
    if (this.#isOver) return
    if (faults.storeRollbackPerSecond > 0) store.snapshot(clock.nowMs())
    for (const [perSecond, strike] of this.#strikes) {
      if (perSecond > 0 && random() < (perSecond * everyMs) / 1_000) strike()
    }
    clock.after(everyMs, () => this.begin())
  }

  end(): void {
    this.#isOver = true
  }

  #loseStore(): void {
    const { house, store, ledger, recorder, trace } = this.#parts
    trace.note('store-loss')
    recorder.doubtLeases(null)
    store.lose()
    ledger.lose()
    house.loseNotes()
  }

  #rollStoreBack(): void {
    const { house, store, ledger, recorder, clock, random, trace } = this.#parts
    const backMs = 100 * 100 ** random()
    trace.note('store-rollback', `by ${Math.round(backMs)} ms`)
    recorder.doubtLeases(null)
    store.rollBack(clock.nowMs() - backMs)
    ledger.lose()
    house.loseNotes()
  }
}
