import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { RPCError } from "@metricq/client"
import type { JsonObject, StoredConfig } from "@metricq/protocol"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { colorsFor } from "../terminal/colors.js"
import { type EditContext, editConfig } from "./edit-config.js"
import { EditedFile } from "./editor.js"

/** What the editor leaves, one text for each time it is opened; it is given what it found. */
let edits: ((text: string) => string)[]
const seen: string[] = []
const files: string[] = []

beforeEach(() => {
  edits = []
  seen.length = 0
  files.length = 0
  vi.spyOn(EditedFile.prototype, "edit").mockImplementation(async function (this: EditedFile) {
    const text = readFileSync(this.path, "utf8")
    files.push(this.path)
    seen.push(text)
    const edited = edits.shift()?.(text) ?? text
    writeFileSync(this.path, edited)
    return edited
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  for (const file of files) rmSync(dirname(file), { recursive: true, force: true })
})

/** A store of one configuration, which somebody else may change. */
function network(config: JsonObject | undefined, answers: string[] = []) {
  let number = 1
  let current: StoredConfig | undefined = config && stored(config, 1, "metricq-admin")
  const said: string[] = []
  const context: EditContext = {
    token: "source-a",
    colors: colorsFor({}, {}),
    load: async () => current,
    template: async () => ({ rate: 1 }),
    check: async (checked) => {
      if (checked.rate === "wrong") throw new Error('rate: expected a number, got "wrong"')
    },
    store: async (next, revision) => {
      if (revision !== (current?.revision ?? null)) {
        const answer = {
          error: "source-a is at another revision",
          code: "conflict",
          current: current ?? null,
          yours: next,
        }
        throw new RPCError(`config.set: ${answer.error}`, { answer })
      }
      number += 1
      current = stored(next, number, "me")
      return current.revision
    },
    choose: async () => answers.shift(),
    say: (lines) => said.push(...lines),
  }
  const change = (other: JsonObject) => {
    number += 1
    current = stored(other, number, "bob")
  }
  return { context, said, change, config: () => current?.config }
}

function stored(config: JsonObject, number: number, author: string): StoredConfig {
  return { token: "source-a", config, revision: `${number}-abc`, time: "2026-11-23T10:00:00Z", author, note: "" }
}

test("what was edited is stored, and its file is gone", async () => {
  const net = network({ rate: 1 })
  edits.push((text) => text.replace("1", "2"))
  expect(await editConfig(net.context)).toBe("2-abc")
  expect(net.config()).toEqual({ rate: 2 })
  expect(existsSync(files[0] ?? "")).toBe(false)
})

test("nothing changed stores nothing", async () => {
  const net = network({ rate: 1 })
  expect(await editConfig(net.context)).toBeUndefined()
  expect(net.config()).toEqual({ rate: 1 })
})

test("a token without a configuration begins with its sample", async () => {
  const net = network(undefined)
  edits.push((text) => text.replace("1", "5"))
  expect(await editConfig(net.context)).toBe("2-abc")
  expect(JSON.parse(seen[0] ?? "")).toEqual({ rate: 1 })
})

test("a wrong text can be edited again, as it was left", async () => {
  const net = network({ rate: 1 }, ["e", "e"])
  edits.push(
    () => '{"rate": ',
    () => '{"rate": "wrong"}',
    () => '{"rate": 3}',
  )
  await editConfig(net.context)
  expect(seen.slice(1)).toEqual(['{"rate": ', '{"rate": "wrong"}'])
  expect(net.said).toEqual([
    "the text is not JSON: line 1, column 10: expected a value",
    'rate: expected a number, got "wrong"',
  ])
  expect(net.config()).toEqual({ rate: 3 })
})

test("a conflict shows both changes, and editing again replaces the other one", async () => {
  const net = network({ rate: 1, prefix: "lab" }, ["e"])
  edits.push((text) => {
    net.change({ rate: 10, prefix: "lab" })
    return text.replace('"lab"', '"lab.a"')
  })
  edits.push((text) => text.replace("1", "10"))
  await editConfig(net.context)
  expect(net.said.join("\n")).toContain(`--- source-a as you got it
+++ as bob has stored it
@@ -1,4 +1,4 @@
 {
   "prefix": "lab",
-  "rate": 1
+  "rate": 10
 }`)
  expect(net.said.join("\n")).toContain(`+++ as you have edited it
@@ -1,4 +1,4 @@
 {
-  "prefix": "lab",
+  "prefix": "lab.a",`)
  expect(net.config()).toEqual({ rate: 10, prefix: "lab.a" })
})

test("where nobody can be asked, the text stays in its file", async () => {
  const net = network({ rate: 1 })
  edits.push((text) => {
    net.change({ rate: 10 })
    return text.replace("1", "2")
  })
  await expect(editConfig(net.context)).rejects.toThrow(/not stored: .*your text is in .*source-a\.json/)
  expect(JSON.parse(readFileSync(files[0] ?? "", "utf8"))).toEqual({ rate: 2 })
  expect(net.config()).toEqual({ rate: 10 })
})

test("giving up leaves everything as it is", async () => {
  const net = network({ rate: 1 }, ["g"])
  edits.push(() => "nonsense")
  await expect(editConfig(net.context)).rejects.toThrow(/not stored/)
  expect(net.config()).toEqual({ rate: 1 })
})
