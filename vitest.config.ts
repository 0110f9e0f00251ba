// The test projects: each is one level of proof (docs/ARCHITECTURE.md), runnable alone with --project.
import { defineConfig } from 'vitest/config'

const project = (name: string, test: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], environment: 'node', ...test },
})

const broker = { testTimeout: 120_000, hookTimeout: 180_000, globalSetup: ['tests/support/brokers/global-setup.ts'] }

export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('contract'),
      project('simulation', { testTimeout: 300_000 }),
      project('integration', { ...broker, fileParallelism: false }),
      project('e2e', { ...broker, fileParallelism: false }),
    ],
  },
})
