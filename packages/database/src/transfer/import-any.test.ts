import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { checkImport, importAny, importStateFile } from "./import-any.js"
import { MemorySink } from "./testing/memory-sink.js"

const archive = fileURLToPath(new URL("../../../timeline/fixtures/hta-archive", import.meta.url))

test("a request is checked, and done", async (t) => {
  const request = checkImport({ kind: "hta", path: archive, settings: { select: ["cap.a"], prefix: "x." } })
  const stateFile = importStateFile(await temporaryFolder(t), request)
  const sink = new MemorySink()
  expect(await importAny(request, sink, { stateFile })).toMatchObject({ points: 8, damage: [] })
  expect([...sink.points.keys()]).toEqual(["x.cap.a"])
  expect(await importAny(request, sink, { stateFile })).toMatchObject({ points: 0 })
})

test.each([
  [{ kind: "xml", path: "x" }, /"xml" cannot be imported: hta, csv, parquet can/],
  [{ kind: "toString", path: "x" }, /cannot be imported/],
  [{ kind: "csv", path: "" }, /"" is no path/],
  [{ kind: "csv", path: "a\0b" }, /is no path/],
  [{ kind: "csv", path: "x", settings: { unit: "min" } }, /option unit: /],
  [{ kind: "hta", path: "x", settings: { unit: "s" } }, /Unrecognized key: "unit"/],
  [{ kind: "hta", path: "x", settings: 7 }, /option /],
])("%j is refused", (request, message) => {
  expect(() => checkImport(request)).toThrow(message)
})

test("each source and choice has a state of its own, however often it is begun anew", () => {
  const file = (path: string, settings: object): string =>
    importStateFile("/store", checkImport({ kind: "csv", path, settings }))
  expect(file("/a", {})).toMatch(/^\/store\/imports\/[0-9a-f]{32}\.jsonl$/)
  expect(file("/a", { restart: true })).toBe(file("/a", {}))
  expect(new Set([file("/a", {}), file("/b", {}), file("/a", { prefix: "x" })]).size).toBe(3)
  expect(file("a", {})).toBe(file(join(process.cwd(), "a"), {}))
})
