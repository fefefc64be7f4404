import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { findRuntimeEntry, removeRuntimeFile, writeRuntimeFile } from "./runtime-file.js"
import { makeRuntimeFolder } from "./runtime-folder.js"

const entry = { pid: process.pid, host: "127.0.0.1", port: 45678, user: "metricq-admin", password: "geheim" }
let session: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  session = mkdtempSync(join(tmpdir(), "metricq-runtime-"))
  env = { XDG_RUNTIME_DIR: session }
  onTestFinished(() => rmSync(session, { recursive: true }))
})

test("what one process writes, another of the same user finds by the port, until it is removed", () => {
  const path = writeRuntimeFile(entry, env)
  expect(path).toBe(join(session, "metricq", "45678.json"))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(session, "metricq")).mode & 0o777).toBe(0o700)
  expect(findRuntimeEntry(45678, env)).toEqual(entry)
  expect(findRuntimeEntry(45679, env)).toBeUndefined()
  removeRuntimeFile(path, process.pid)
  expect(existsSync(path)).toBe(false)
})

test("a file that a killed process left is replaced, and nothing else stays behind", () => {
  writeRuntimeFile({ ...entry, password: "old" }, env)
  const path = writeRuntimeFile(entry, env)
  expect(findRuntimeEntry(45678, env)?.password).toBe("geheim")
  expect(readdirSync(join(session, "metricq"))).toEqual(["45678.json"])
  removeRuntimeFile(path, process.pid + 1)
  expect(existsSync(path)).toBe(true)
})

test("the entry of a process that is gone is passed over", () => {
  writeRuntimeFile({ ...entry, pid: 2 ** 22 + 1 }, env)
  expect(findRuntimeEntry(45678, env)).toBeUndefined()
})

test("a folder or file that others could have written is neither used nor believed", () => {
  const path = writeRuntimeFile(entry, env)
  chmodSync(path, 0o644)
  expect(findRuntimeEntry(45678, env)).toBeUndefined()
  chmodSync(path, 0o600)
  chmodSync(join(session, "metricq"), 0o755)
  expect(findRuntimeEntry(45678, env)).toBeUndefined()
  expect(() => makeRuntimeFolder([join(session, "metricq")])).toThrow(/open to other users \(mode 755\)/)
})

test("links are not followed, neither as folder nor as file", () => {
  const elsewhere = join(session, "elsewhere")
  mkdirSync(elsewhere, { mode: 0o700 })
  symlinkSync(elsewhere, join(session, "metricq"))
  expect(() => makeRuntimeFolder([join(session, "metricq")])).toThrow(/is not a folder/)
  rmSync(join(session, "metricq"))
  mkdirSync(join(session, "metricq"), { mode: 0o700 })
  writeFileSync(join(elsewhere, "x.json"), JSON.stringify(entry), { mode: 0o600 })
  symlinkSync(join(elsewhere, "x.json"), join(session, "metricq", "45678.json"))
  expect(findRuntimeEntry(45678, env)).toBeUndefined()
})

test("a link in the place of the fresh file is replaced, not written through", () => {
  const victim = join(session, "victim")
  mkdirSync(join(session, "metricq"), { mode: 0o700 })
  symlinkSync(victim, join(session, "metricq", "45678.json"))
  writeRuntimeFile(entry, env)
  expect(existsSync(victim)).toBe(false)
  expect(findRuntimeEntry(45678, env)).toEqual(entry)
})

test("rubbish in a runtime file is no entry", () => {
  const path = writeRuntimeFile(entry, env)
  for (const text of [
    "",
    "[]",
    "null",
    '{"pid": "1"}',
    `{"pid": ${process.pid}, "port": 45678, "user": 1, "password": "x"}`,
    "x".repeat(5000),
  ]) {
    writeFileSync(path, text)
    expect(findRuntimeEntry(45678, env)).toBeUndefined()
  }
})
