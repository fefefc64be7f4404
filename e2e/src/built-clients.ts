import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { describe } from "vitest"

/**
 * The clients of the original that must be built from their repositories, as CONTRIBUTING.md says; the variable names the folder
 * where the programs are.
 */
const FOLDERS = {
  "C++": { variable: "METRICQ_TEST_CPP", sample: "examples/metricq-sink-dummy/metricq-sink-dummy" },
  Go: { variable: "METRICQ_TEST_GO", sample: "sink" },
} as const

/** vitest's `describe`, skipped with a reason where that client is not built. */
export function describeWithBuilt(client: keyof typeof FOLDERS, body: (folder: string) => void): void {
  const { variable, sample } = FOLDERS[client]
  const folder = resolve(process.env[variable] ?? "")
  const name = `the original ${client} client`
  if (process.env[variable] !== undefined && existsSync(resolve(folder, sample))) describe(name, () => body(folder))
  else describe.skip(`${name} [left out: ${variable} names no folder where it is built]`, () => body(folder))
}
