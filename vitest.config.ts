// The test projects: each is one level of proof (docs/ARCHITECTURE.md), runnable alone with --project.
import { defineConfig } from 'vitest/config'

const project = (name: string, test: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], environment: 'node', ...test },
})

const broker = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  fileParallelism: false,
  globalSetup: ['tests/support/brokers/global-setup.ts'],
}

export default defineConfig({
  test: {
    // All cores: by default one is left idle, which of two is half.
    maxWorkers: '100%',
    projects: [
      // Modules are read once for many files, half of the time: a unit test leaves nothing behind in them.
      project('unit', { isolate: false, testTimeout: 60_000 }),
      project('contract'),
      project('simulation', { testTimeout: 900_000 }),
      // One after the other and after the rest: they measure sessions and leases of a second or two.
      project('integration', { ...broker, sequence: { groupOrder: 1 } }),
      project('e2e', { ...broker, sequence: { groupOrder: 2 } }),
    ],
  },
})
