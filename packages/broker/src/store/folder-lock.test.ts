import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { FolderLock } from "./folder-lock.js"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "broker-lock-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test("keeps a folder for one until it is released", () => {
  const lock = new FolderLock(folder)
  expect(() => new FolderLock(folder)).toThrow(`${folder} is in use by process ${process.pid}`)
  lock.release()
  expect(readdirSync(folder)).toEqual([])
  new FolderLock(folder).release()
})

test("makes the folder if it is missing, and says why it cannot", () => {
  new FolderLock(join(folder, "a", "b")).release()
  writeFileSync(join(folder, "file"), "")
  expect(() => new FolderLock(join(folder, "file", "b"))).toThrow(/cannot make the folder/)
})

test.each([
  ["a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: "1" })],
  ["a process number that another process has now", JSON.stringify({ pid: process.pid, started: "1" })],
  ["nobody, after a crash while it was written", "{"],
])("a lock of %s counts for nothing", (_, content) => {
  writeFileSync(join(folder, "lock"), content)
  const lock = new FolderLock(folder)
  expect(() => new FolderLock(folder)).toThrow(/in use/)
  lock.release()
})

test("releases only its own lock", () => {
  const lock = new FolderLock(folder)
  rmSync(join(folder, "lock"))
  const next = new FolderLock(folder)
  lock.release()
  expect(() => new FolderLock(folder)).toThrow(/in use/)
  next.release()
})
