import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { createContext, runInContext } from "node:vm"
import { build, type Rollup } from "vite"
import { expect, test } from "vitest"

/** The package as a browser would run it: bundled, with nothing but the language and the two globals that every platform has. */
async function loadInBrowser(platform: Record<string, unknown>): Promise<(expression: string) => unknown> {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL("./index.js", import.meta.url)), formats: ["iife"], name: "protocol" },
    },
  })
  const [{ output }] = result as [Rollup.RollupOutput]
  expect(output[0].imports).toEqual([])
  const context = createContext({ TextEncoder, TextDecoder, ...platform })
  runInContext(output[0].code, context)
  return (expression) => runInContext(expression, context)
}

test("runs without Node: codec, times, JSON", async () => {
  const run = await loadInBrowser({ performance: { now: () => performance.now() } })
  expect(run("typeof process + typeof Buffer + typeof require")).toBe("undefined".repeat(3))
  const chunk = "protocol.encodeDataChunk(BigInt64Array.of(5n, 3n), Float64Array.of(1.5, NaN))"
  expect(run(`[...protocol.decodeDataChunk(${chunk}).times].join()`)).toBe("5,3")
  const answer = "protocol.encodeHistoryResponse({ metric: 'größe', error: 'none' })"
  expect(run(`protocol.decodeHistoryResponse(${answer}).metric`)).toBe("größe")
  expect(run("protocol.parseJson('[NaN]').map(Number.isNaN).join()")).toBe("true")
  const now = run("protocol.Timestamp.now().posixMs") as number
  expect(Math.abs(now - Date.now())).toBeLessThan(1000)
})

test("runs without a monotonic clock", async () => {
  const run = await loadInBrowser({})
  const now = run("protocol.Timestamp.now().posixMs") as number
  expect(Math.abs(now - Date.now())).toBeLessThan(1000)
})

test("is compiled without the types of any platform", () => {
  const config = JSON.parse(readFileSync(new URL("../tsconfig.json", import.meta.url), "utf8")) as {
    compilerOptions: { types: string[]; lib?: string[] }
  }
  expect(config.compilerOptions.types).toEqual([])
  expect(config.compilerOptions.lib).toBeUndefined()
})
