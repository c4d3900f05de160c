import { defineConfig } from 'vitest/config'

const scenarios = 'src/scenarios/**/*.test.ts'

export default defineConfig({
  test: {
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
