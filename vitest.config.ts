import { defineConfig } from 'vitest/config'

const scenarios = 'src/scenarios/**/*.test.ts'

/** Enough for a slow and busy machine: no test is about time. */
const testTimeout = 120_000

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout,
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'bench/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [scenarios],
        },
      },
      { test: { name: 'scenarios', testTimeout, environment: 'node', include: [scenarios] } },
    ],
  },
})
