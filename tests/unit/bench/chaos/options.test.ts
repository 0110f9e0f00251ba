// What the chaos program is told, it does or refuses with the way to say it.

import { describe, expect, it } from 'vitest'
import { chaosOptions, scenarioNames, usage } from '../../../../bench/chaos/options.ts'

describe('the options of npm run chaos', () => {
  it('play everything in full when nothing is said', () => {
    expect(chaosOptions([])).toEqual({
      scenarios: scenarioNames,
      wish: {
        brokers: 'processes',
        seed: 1,
        minutes: 6,
        everySeconds: 5,
        outageSeconds: 120,
        isQuick: false,
      },
      keeps: false,
      out: undefined,
    })
  })

  it('play some, small, under a seed, in the order of the house', () => {
    const args = ['--only', 'poison,storm', '--quick', '--seed', '9', '--minutes', '0.2', '--out', 'x.json']
    expect(chaosOptions(args)).toMatchObject({
      scenarios: ['storm', 'poison'],
      wish: { seed: 9, minutes: 0.2, outageSeconds: 10, isQuick: true },
      out: 'x.json',
    })
  })

  it('strike containers when told so', () => {
    expect(chaosOptions(['--brokers', 'containers'])).toMatchObject({ wish: { brokers: 'containers' } })
  })

  it.each([
    [['--only', 'storm,rain'], '--only does not know rain'],
    [['--minutes', 'many'], '--minutes cannot be many'],
    [['--seed', '1.5'], '--seed cannot be 1.5'],
    [['--outage-seconds', '0'], '--outage-seconds cannot be 0'],
    [['--brokers', 'wishes'], '--brokers can be processes or containers, and not wishes'],
    [['--wat'], '--wat'],
  ])('refuse %j, and say what there is', (args, message) => {
    expect(() => chaosOptions(args)).toThrow(message)
    expect(() => chaosOptions(args)).toThrow(usage)
  })

  it('show examples when asked for help', () => {
    expect(chaosOptions(['--help'])).toBe('help')
    expect(usage).toContain('npm run chaos -- --only storm --seed 7')
  })
})
