import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["packages/*/dist/**/*.test.js", "packages/web/ui/dist/**/*.test.js", "e2e/dist/**/*.test.js"],
    exclude: ["**/node_modules/**"],
    globalSetup: ["packages/testkit/dist/vitest-setup.js"],
    reporters: ["default", "./bin/summary-reporter.mjs"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for events, so that two at once take little longer than one even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // On a machine that others load, too, a process may stand still for seconds; the second try is told beside the test.
    retry: process.env.CI ? 1 : 0,
  },
})
