import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe } from "vitest"

/** Where `.ci/run clients` makes the virtual environment. */
const venvPython = fileURLToPath(new URL("../../node_modules/.cache/metricq-python/bin/python", import.meta.url))

/** A Python with the original client in it: what METRICQ_TEST_PYTHON names, else that of `.ci/run`; undefined if there is none. */
export function findPython(): string | undefined {
  const named = process.env.METRICQ_TEST_PYTHON
  if (named === "none") return undefined
  return [named, venvPython].find((path) => path !== undefined && existsSync(path))
}

/** vitest's `describe`, skipped with a reason where the original Python client is not installed. */
export function describeWithPython(name: string, body: () => void): void {
  if (findPython() !== undefined) describe(name, body)
  else describe.skip(`${name} [left out: the original Python client is not installed; .ci/run clients does it]`, body)
}
