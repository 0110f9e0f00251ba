// The checker of what zones are told notices a wrong time-out, a wrong input, and a load that took too long.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { zonesAreTold } from '../../../../../tools/simulator/checkers/zones-are-told.ts'
import type { Load, Story } from '../../../../../tools/simulator/story.ts'
import { lastLoad, linkedStory, readyWithout } from '../../../../support/linked-story.ts'
import { loadOf, opened, ready, storyOf } from '../../../../support/story-of.ts'

const own = { policy: { attempt_timeout: '300ms' } }
const fresh = { p: { rows: 1, of: 'r' } }
const told = { timeout_ms: 300, inputs: fresh }
const degraded = [{ parent: 'p', child: 'c', reason: 'late', loaded_at_ms: 7 }] as const
const old = { ...lastLoad(7), result: { rows: 0 } } as RunFact

function look(
  what: object,
  facts: readonly RunFact[] = [ready('c')],
  load: Partial<Load> = {},
  more: Partial<Story> = {},
) {
  const loads = [loadOf('c', { told: { ...told, ...what } as Load['told'], ...load })]
  return zonesAreTold(
    linkedStory({ policy: 'stale-ok' }, [[0, opened, old, ...facts]], { own, loads, ...more }),
  ).map(({ text }) => text)
}
const took = (overAtMs: number, more: Partial<Load> = {}) => ({ startedAtMs: 0, overAtMs, ...more })
const trouble = (worker: string, atMs: number) => ({ leaseTroubles: [{ worker, atMs }] })

it.each<[string, readonly string[]]>([
  ['what counts', look({})],
  [
    'an old load of a parent, and what is said of it',
    look({ degraded, inputs: { p: { rows: 0 } } }, [readyWithout('c', degraded)]),
  ],
  ['a load of its parent that somebody vouches for', look({ inputs: { p: { by: 'hand' } } })],
  ['nothing of a parent that gave nothing', look({ inputs: {} })],
  ['and takes as long as it may', look({}, [ready('c')], took(300))],
  ['and is cut off', look({}, [ready('c')], took(900, { outcome: undefined }))],
  ['and stood still meanwhile', look({}, [ready('c')], took(900), trouble('w', 5))],
  ['and has had its clock set shortly before', look({}, [ready('c')], took(900), trouble('w', -9_000))],
  [
    'what another run has loaded, where runs share',
    look({ inputs: { p: { of: 's' } } }, [ready('c')], {}, { isShared: true }),
  ],
])('finds nothing where a loader is told %s', (_, found) => {
  expect(found).toEqual([])
  expect(zonesAreTold(storyOf())).toEqual([])
})

it.each<[string, readonly string[], string]>([
  ['another time-out', look({ timeout_ms: null }), 'may take null ms, and should have 300'],
  ['nothing of what it goes on without', look({}, [readyWithout('c', degraded)]), 'is told []'],
  ['what nobody says', look({ degraded, inputs: { p: { rows: 0 } } }), 'its run says []'],
  ['of an attempt that nobody announced', look({}, [ready('c', 2)]), 'is told []'],
  [
    'an old result of a parent that is there',
    look({ inputs: { p: { rows: 0 } } }),
    'is given {"rows":0} of p',
  ],
  ['a result of another run', look({ inputs: { p: { of: 's' } } }), 'of p'],
  ['a new result in place of the old', look({ degraded }, [readyWithout('c', degraded)]), 'of p'],
  ['how long it may take, and takes longer', look({}, [ready('c')], took(302)), 'took 302 ms'],
  [
    'the same long after its clock was set',
    look({}, [ready('c')], took(302), trouble('w', -10_001)),
    'took 302 ms',
  ],
  ['the same while another stood still', look({}, [ready('c')], took(302), trouble('v', 5)), 'took 302 ms'],
])('finds a loader that is told %s', (_, found, text) => {
  expect(found).toEqual([expect.stringContaining(text)])
})

it('does not look at what an older form did not say', () => {
  const loads = [loadOf('c')]
  expect(zonesAreTold(linkedStory({}, [[0, opened, ready('c')]], { own, loads }))).toEqual([])
})
