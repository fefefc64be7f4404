import { appendFile, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { ImportState } from "./import-state.js"

const mark = { size: 100, modifiedMs: 1.5, offset: 50 }

test("marks are there again, the latest of each file, also after a torn line", async (t) => {
  const path = join(await temporaryFolder(t), "a", "b", "state.jsonl")
  const state = await ImportState.open(path, { kind: "csv" })
  state.set("x", mark)
  state.set("y", { ...mark, line: 7, lastNs: "123" })
  await state.flush()
  state.set("x", { ...mark, offset: 60 })
  await state.flush()
  await appendFile(path, '{"file":"x","size":100,"modifiedMs":1.5,"off')
  const again = await ImportState.open(path, { kind: "csv" })
  expect(again.get("x")).toEqual({ ...mark, offset: 60 })
  expect(again.get("y")).toEqual({ ...mark, line: 7, lastNs: "123" })
  expect((await readFile(path, "utf8")).trim().split("\n")).toHaveLength(3)
})

test("marks of another import and other files do not count", async (t) => {
  const path = join(await temporaryFolder(t), "state.jsonl")
  const state = await ImportState.open(path, { kind: "csv", path: "a" })
  state.set("x", mark)
  await state.flush()
  expect((await ImportState.open(path, { kind: "csv", path: "b" })).get("x")).toBeUndefined()
  await writeFile(path, '{"file":"x","size":1,"modifiedMs":1,"offset":1}\nnonsense\n')
  expect((await ImportState.open(path, { kind: "csv" })).get("x")).toBeUndefined()
})

test("without a file nothing is remembered", async () => {
  const state = await ImportState.open(undefined, {})
  state.set("x", mark)
  expect(await state.flush()).toBeUndefined()
  expect(state.get("x")).toBeUndefined()
})

test("a state file that cannot be written is told at the end", async (t) => {
  const folder = await temporaryFolder(t)
  const state = await ImportState.open(join(folder, "state.jsonl"), {})
  await import("node:fs/promises").then(({ rm, mkdir }) =>
    rm(join(folder, "state.jsonl")).then(() => mkdir(join(folder, "state.jsonl"))),
  )
  state.set("x", mark)
  expect(await state.flush()).toMatchObject({ code: "EISDIR" })
})
