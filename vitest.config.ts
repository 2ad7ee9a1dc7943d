import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Counting makes the tightest loops up to ten times slower.
    testTimeout: process.argv.includes('--coverage') ? 1_200_000 : 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'models/**/*.ts', 'solvers/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 84 },
    },
  },
})
