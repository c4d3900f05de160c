import { defineConfig } from 'vitest/config'

const scenarios = 'src/scenarios/**/*.test.ts'

export default defineConfig({
  test: {
    // Enough for a slow machine: no test is about time.
    testTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'bench/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [scenarios],
        },
      },
      { test: { name: 'scenarios', environment: 'node', include: [scenarios] } },
    ],
  },
})
