// The law of docs/ARCHITECTURE.md as data: who may import whom, which package lives where, who may touch the world.

export interface Floor {
  /** A folder, or a file. The longest that a path begins with is its floor. */
  readonly place: string
  /** The floors it may import from, beside its own. */
  readonly mayImport: readonly string[]
  /** Whether it may import what touches the world: any module of Node's, and packages with I/O. */
  readonly io?: true
}

const ground = ['shared/base', 'shared/events']
const inside = [...ground, 'shared/ports', 'shared/service']
/** A program's front door may name everything below it. */
const shared = [...inside, 'shared/api', 'shared/http', 'shared/config', 'shared/adapters']
const orchestrator = [
  ...['orchestrator', 'orchestrator/core', 'orchestrator/ports', 'orchestrator/services'],
  ...['orchestrator/http', 'orchestrator/adapters', 'orchestrator/config.ts'],
]
const workers = [
  ...['workers', 'workers/core', 'workers/ports', 'workers/services', 'workers/adapters', 'workers/loaders'],
  ...['workers/ingestion', 'workers/standardization', 'workers/application', 'workers/config.ts'],
]
const zone = { mayImport: [...ground, 'shared/ports', 'workers/core', 'workers/ports', 'workers/loaders'] }

export const floors: readonly Floor[] = [
  // Only for the version of the product.
  { place: 'package.json', mayImport: [] },
  { place: 'shared/base', mayImport: [] },
  { place: 'shared/events', mayImport: ['shared/base'] },
  { place: 'shared/api', mayImport: ground },
  { place: 'shared/ports', mayImport: ground },
  { place: 'shared/service', mayImport: [...ground, 'shared/ports'] },
  { place: 'shared/http', mayImport: [...inside, 'shared/api'], io: true },
  { place: 'shared/config', mayImport: [...ground, 'shared/ports', 'package.json'], io: true },
  { place: 'shared/adapters', mayImport: [...inside, 'shared/config'], io: true },

  { place: 'orchestrator/core', mayImport: ground },
  { place: 'orchestrator/ports', mayImport: [...ground, 'shared/ports', 'orchestrator/core'] },
  {
    place: 'orchestrator/services',
    mayImport: [...inside, 'shared/api', 'orchestrator/core', 'orchestrator/ports'],
  },
  {
    place: 'orchestrator/http',
    mayImport: [...shared.slice(0, -1), 'orchestrator/core', 'orchestrator/ports', 'orchestrator/services'],
    io: true,
  },
  {
    place: 'orchestrator/adapters',
    mayImport: [...inside, 'orchestrator/core', 'orchestrator/ports'],
    io: true,
  },
  {
    place: 'orchestrator/config.ts',
    // What a variable may say is sometimes a rule of the domain.
    mayImport: [...ground, 'shared/ports', 'shared/config', 'orchestrator/core'],
    io: true,
  },
  { place: 'orchestrator', mayImport: [...shared, ...orchestrator], io: true },

  { place: 'workers/core', mayImport: [...ground, 'workers/ports'] },
  { place: 'workers/ports', mayImport: [...ground, 'shared/ports', 'workers/core'] },
  { place: 'workers/services', mayImport: [...inside, 'workers/core', 'workers/ports'] },
  { place: 'workers/adapters', mayImport: [...inside, 'workers/core', 'workers/ports'], io: true },
  {
    place: 'workers/loaders',
    mayImport: [...ground, 'shared/ports', 'workers/core', 'workers/ports'],
    io: true,
  },
  { place: 'workers/ingestion', ...zone, io: true },
  { place: 'workers/standardization', ...zone, io: true },
  { place: 'workers/application', ...zone, io: true },
  { place: 'workers/config.ts', mayImport: [...ground, 'shared/ports', 'shared/config'], io: true },
  { place: 'workers', mayImport: [...shared, ...workers], io: true },

  { place: 'tools', mayImport: [...shared, ...orchestrator, ...workers], io: true },
  { place: 'bench', mayImport: [...shared, ...orchestrator, ...workers, 'tools', 'tests'], io: true },
  // What a zone team writes, shown where it may stand.
  { place: 'docs/examples', ...zone, io: true },
  {
    place: 'tests',
    mayImport: [...shared, ...orchestrator, ...workers, 'tools', 'bench', 'docs/examples'],
    io: true,
  },
]

/** Modules of Node's that only compute: the floors without `io` may import these. */
export const pureBuiltins: readonly string[] = ['node:assert', 'node:crypto', 'node:util', 'node:events']

/** Modules of Node's that are what a package would be: each has one place. */
export const builtinPlaces: Readonly<Record<string, readonly string[]>> = {
  'node:sqlite': ['shared/adapters/sqlite'],
}

/** The one place of each package. Tests and benchmarks may import any, to look at the house from outside. */
export const packagePlaces: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['shared/adapters/kafka'],
  ioredis: ['shared/adapters/redis'],
  winston: ['shared/adapters/system'],
  '@prometheus-io/client': ['shared/adapters/system'],
  convict: ['shared/config'],
  // One server with probes for every program; the orchestrator adds its routes.
  fastify: ['shared/http', 'orchestrator/http'],
  // Pure libraries, which may stand in the core.
  'jsonc-parser': ['orchestrator/core/graph'],
  'fastest-levenshtein': ['orchestrator/core/graph'],
  croner: ['orchestrator/core', 'shared/config'],
  luxon: ['orchestrator/core/schedule'],
  cockatiel: ['workers/loaders'],
  // What people see.
  commander: ['tools'],
  'cli-table3': ['tools'],
  'log-update': ['tools'],
  'eventsource-parser': ['tools/client'],
}

/** Who looks at the house from outside. */
export const outside: readonly string[] = ['tests', 'bench']

/** The programs, and the command line's view of the terminal. */
const front = [
  ...['orchestrator/main.ts', 'workers/main.ts'],
  ...['tools/cli.ts', 'tools/terminal.ts', 'tools/simulator/main.ts'],
]
/** The adapters of real technologies; those in memory take time and chance from ports, to run under a seed. */
const real = [
  ...['shared/adapters/system', 'shared/adapters/kafka', 'shared/adapters/redis'],
  ...['orchestrator/adapters/redis', 'orchestrator/adapters/file', 'workers/adapters/redis'],
]

/** What reaches the world without an import, and the only places that may use it. */
export const worldPlaces: Readonly<Record<string, readonly string[]>> = {
  'Date.now': [...real, ...front, ...outside],
  'new Date()': [...real, ...front, ...outside],
  'performance.now': [...real, ...front, ...outside],
  'Math.random': [...real, ...front, ...outside],
  randomUUID: [...real, ...outside],
  randomUUIDv7: [...real, ...outside],
  randomBytes: [...real, ...outside],
  // Tests wait on facts and signals; only their support asks again after a pause.
  setTimeout: [...real, ...front, 'tests/support', 'bench'],
  setInterval: [...real, ...front, 'tests/support', 'bench'],
  'node:timers': ['tests/support', 'bench'],
  'node:timers/promises': ['tests/support', 'bench'],
  'process.env': [...front, ...outside],
  console: [...outside],
}

/** A suite may be longer than what it tests: it is read from top to bottom, and few change it at a time. */
export const sizes = { fileLines: 300, testFileLines: 450, functionLines: 70, portMethods: 10 } as const

/** Names of files and folders that say nothing about what is in them. */
export const emptyNames: readonly string[] = ['common', 'index', 'lib', 'misc', 'type', 'types']
/** Words that say nothing as a name, nor at the end of one. */
export const emptyWords: readonly string[] = ['helper', 'helpers', 'manager', 'util', 'utils']
