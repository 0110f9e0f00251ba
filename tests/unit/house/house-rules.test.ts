// The house keeps its own rules, and each rule would notice if it did not.

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forbiddenFloors, importCycles, misplacedPackages } from '../../support/house/import-rules.ts'
import {
  badNames,
  longFiles,
  longFunctions,
  missingFirstSentences,
  typeEscapes,
  widePorts,
} from '../../support/house/shape-rules.ts'
import { readHouse, type SourceFile, sourceFile } from '../../support/house/source-file.ts'
import { worldUses } from '../../support/house/world-rule.ts'

const house = readHouse(join(import.meta.dirname, '../../..'))
const file = (path: string, text: string) => sourceFile(path, text)
const lines = (count: number) => '\n'.repeat(count)

interface Rule {
  readonly promise: string
  readonly rule: (files: readonly SourceFile[]) => readonly string[]
  /** What the rule catches, and what it says of it. */
  readonly caught: readonly (readonly [path: string, text: string, violation: string])[]
  /** What looks alike and is allowed. */
  readonly allowed: readonly (readonly [path: string, text: string])[]
}

const rules: readonly Rule[] = [
  {
    promise: 'imports only from the floors below',
    rule: forbiddenFloors,
    caught: [
      [
        'orchestrator/core/run/run.ts',
        "import '../../ports/run-store.ts'",
        'orchestrator/core/run/run.ts imports orchestrator/ports/run-store.ts',
      ],
      [
        'orchestrator/services/relay.ts',
        "import type { Store } from '../adapters/redis/store.ts'",
        'orchestrator/services/relay.ts imports orchestrator/adapters/redis/store.ts',
      ],
      [
        'workers/services/zone.ts',
        "export { Relay } from '../../orchestrator/services/relay.ts'",
        'workers/services/zone.ts imports orchestrator/services/relay.ts',
      ],
      [
        'shared/http/probes.ts',
        "const late = await import('../../workers/main.ts')",
        'shared/http/probes.ts imports workers/main.ts',
      ],
      [
        'orchestrator/adapters/redis/store.ts',
        "import '../../../shared/adapters/kafka/kafka-transport.ts'",
        'orchestrator/adapters/redis/store.ts imports shared/adapters/kafka/kafka-transport.ts',
      ],
      [
        'tools/cli.ts',
        "import '../tests/support/brokers/brokers.ts'",
        'tools/cli.ts imports tests/support/brokers/brokers.ts',
      ],
      ['dashboard/page.ts', '', 'dashboard/page.ts stands on no floor of the table'],
    ],
    allowed: [
      ['orchestrator/main.ts', "import './adapters/redis/store.ts'"],
      ['orchestrator/adapters/redis/store.ts', "import '../../../shared/adapters/redis/connection.ts'"],
      ['orchestrator/services/relay.ts', "import '../core/run/announce.ts'"],
    ],
  },
  {
    promise:
      'imports each package in one place, and nothing with I/O in the core, the ports and the services',
    rule: misplacedPackages,
    caught: [
      [
        'orchestrator/services/relay.ts',
        "import { Kafka } from 'kafkajs'",
        'orchestrator/services/relay.ts imports kafkajs',
      ],
      [
        'orchestrator/adapters/redis/store.ts',
        "import type { Redis } from 'ioredis'",
        'orchestrator/adapters/redis/store.ts imports ioredis',
      ],
      [
        'shared/adapters/system/x.ts',
        "import x from '@prometheus-io/other'",
        'shared/adapters/system/x.ts imports @prometheus-io/other',
      ],
      [
        'orchestrator/adapters/sqlite/x.ts',
        "import { DatabaseSync } from 'node:sqlite'",
        'orchestrator/adapters/sqlite/x.ts imports node:sqlite',
      ],
      ['orchestrator/core/run/run.ts', "import 'node:fs'", 'orchestrator/core/run/run.ts imports node:fs'],
      [
        'workers/ports/loader.ts',
        "import type { Socket } from 'node:net'",
        'workers/ports/loader.ts imports node:net',
      ],
    ],
    allowed: [
      ['shared/adapters/kafka/kafka-transport.ts', "import { Kafka } from 'kafkajs'"],
      ['orchestrator/core/graph/plan.ts', "import { createHash } from 'node:crypto'"],
      ['tests/integration/kafka.test.ts', "import { Kafka } from 'kafkajs'"],
    ],
  },
  {
    promise: 'has names that say something, in kebab-case',
    rule: badNames,
    caught: [
      ['shared/base/utils.ts', '', 'shared/base/utils.ts is named "utils", which says nothing'],
      ['shared/run-manager.ts', '', 'shared/run-manager.ts is named "run-manager", which says nothing'],
      ['tools/lib/table.ts', '', 'tools/lib/table.ts is named "lib", which says nothing'],
      ['shared/ports/index.ts', '', 'shared/ports/index.ts is named "index", which says nothing'],
      ['shared/base/Fault.ts', '', 'shared/base/Fault.ts is not kebab-case'],
    ],
    allowed: [
      ['tests/contract/run-store.contract.ts', ''],
      ['tests/unit/shared/base/fault.test.ts', ''],
      ['orchestrator/core/graph/id-index.ts', ''],
    ],
  },
  {
    promise: 'begins each file with one sentence that says what it is',
    rule: missingFirstSentences,
    caught: [
      ['a.ts', "import './b.ts'\n", 'a.ts does not begin with a sentence that says what it is'],
      ['b.ts', '// A title\n', 'b.ts does not begin with a sentence that says what it is'],
    ],
    allowed: [['a.ts', '// The table of codes.\n']],
  },
  {
    promise: 'has no file too long to read',
    rule: longFiles,
    caught: [
      ['a.ts', `a()${lines(300)}b()`, 'a.ts has 301 lines, 300 are allowed'],
      ['tests/a.test.ts', `a()${lines(450)}b()`, 'tests/a.test.ts has 451 lines, 450 are allowed'],
    ],
    allowed: [['a.ts', `a()${lines(299)}b()`]],
  },
  {
    promise: 'has no function too long to read',
    rule: longFunctions,
    caught: [
      ['shared/a.ts', `\nfunction a() {${lines(70)}}`, 'shared/a.ts:2 is a function of 71 lines'],
      ['shared/a.ts', `const a = () => {${lines(70)}}`, 'shared/a.ts:1 is a function of 71 lines'],
      ['shared/a.ts', `class A {\n  a() {${lines(70)}}\n}`, 'shared/a.ts:2 is a function of 71 lines'],
    ],
    allowed: [
      ['shared/a.ts', `function a() {${lines(69)}}`],
      ['tests/a.test.ts', `describe('a', () => {${lines(70)}})`],
    ],
  },
  {
    promise: 'has no port with more than ten methods',
    rule: widePorts,
    caught: [
      [
        'shared/ports/a.ts',
        `interface A { ${'b(): void;'.repeat(11)} }`,
        'shared/ports/a.ts: A has 11 methods',
      ],
    ],
    allowed: [
      ['shared/ports/a.ts', `interface A { ${'b(): void;'.repeat(10)} c: string }`],
      ['shared/api/a.ts', `interface A { ${'b(): void;'.repeat(11)} }`],
    ],
  },
  {
    promise: 'never escapes from the type checker',
    rule: typeEscapes,
    caught: [
      ['a.ts', '\nlet a: any', 'a.ts:2 says any'],
      ['a.ts', 'const a = b as any[]', 'a.ts:1 says any'],
      ['a.ts', '// @ts-ignore: for now\nb()', 'a.ts:1 silences the checker'],
    ],
    allowed: [['a.ts', "let a: unknown // any of these, says '@ts-ignore'"]],
  },
  {
    promise:
      'takes time, chance, the environment and the console from ports, but in the places that give them',
    rule: worldUses,
    caught: [
      ['orchestrator/core/a.ts', 'const now = Date.now()', 'orchestrator/core/a.ts:1 uses Date.now'],
      ['orchestrator/core/a.ts', 'const now = Date.now', 'orchestrator/core/a.ts:1 uses Date.now'],
      ['orchestrator/services/a.ts', 'new Date()', 'orchestrator/services/a.ts:1 uses new Date()'],
      ['orchestrator/services/a.ts', '\nsetTimeout(b, 1)', 'orchestrator/services/a.ts:2 uses setTimeout'],
      [
        'orchestrator/services/a.ts',
        'globalThis.setInterval(b, 1)',
        'orchestrator/services/a.ts:1 uses setInterval',
      ],
      ['shared/adapters/memory/a.ts', 'Math.random()', 'shared/adapters/memory/a.ts:1 uses Math.random'],
      [
        'workers/services/a.ts',
        "import { randomUUID as id } from 'node:crypto'",
        'workers/services/a.ts:1 uses randomUUID',
      ],
      ['shared/config/a.ts', 'process.env.HOME', 'shared/config/a.ts:1 uses process.env'],
      ['shared/http/a.ts', "console.log('a')", 'shared/http/a.ts:1 uses console'],
      [
        'tests/unit/a.test.ts',
        "import 'node:timers/promises'",
        'tests/unit/a.test.ts:1 uses node:timers/promises',
      ],
    ],
    allowed: [
      ['orchestrator/core/a.ts', 'new Date(atMs); clock.now(); options.setTimeout(1)'],
      ['shared/adapters/system/a.ts', 'Date.now(); setTimeout(b, 1)'],
      ['orchestrator/main.ts', 'process.env'],
    ],
  },
]

describe.each(rules)('the house $promise', ({ rule, caught, allowed }) => {
  it('today', () => expect(rule(house)).toEqual([]))

  it.each(caught)('or it would be noticed: %s with %j', (path, text, violation) => {
    expect(rule([file(path, text)])).toEqual([violation])
  })

  it.each(allowed)('and no more than that: %s with %j', (path, text) => {
    expect(rule([file(path, text)])).toEqual([])
  })
})

describe('the house has no circle of imports', () => {
  it('today', () => expect(importCycles(house)).toEqual([]))

  it('or it would be noticed, whole and once, types included', () => {
    const circle = [
      file('shared/c.ts', "import type { A } from './a.ts'"),
      file('shared/a.ts', "export { b } from './b.ts'"),
      file('shared/b.ts', "const c = () => import('./c.ts')"),
      file('shared/d.ts', "import './a.ts'"),
    ]
    expect(importCycles(circle)).toEqual(['shared/a.ts -> shared/b.ts -> shared/c.ts -> shared/a.ts'])
  })

  it('and a diamond is none', () => {
    const diamond = [
      file('a.ts', "import './b.ts'\nimport './c.ts'"),
      file('b.ts', "import './d.ts'"),
      file('c.ts', "import './d.ts'"),
      file('d.ts', ''),
    ]
    expect(importCycles(diamond)).toEqual([])
  })
})
