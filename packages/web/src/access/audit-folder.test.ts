import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import type { AuditLine } from "./audit-entry.js"
import { AuditFolder } from "./audit-folder.js"

const line = (seq: number, more: Partial<AuditLine> = {}): AuditLine => ({
  ...{ seq, time: new Date(seq * 1000).toISOString(), name: "ann", role: "operator", via: "session" },
  ...{ address: "::1", action: "config.set", subject: `source-${seq}`, ...more },
})

const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i))
const seqs = (found: readonly AuditLine[]) => found.map(({ seq }) => seq)

test("lines are kept in files of bounded number, and read from the newest on", async (t) => {
  const folder = await temporaryFolder(t, "audit")
  const audit = new AuditFolder(folder, { fileBytes: 1000, files: 3 })
  expect(await audit.open()).toBe(0)
  for (let seq = 1; seq <= 60; seq += 2) await audit.append([line(seq), line(seq + 1)])
  const names = readdirSync(folder).sort()
  expect(names).toHaveLength(3)
  for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  expect(seqs(await audit.read({ limit: 3 }))).toEqual([60, 59, 58])
  expect(seqs(await audit.read({ limit: 2, before: 58 }))).toEqual([57, 56])
  const all = await audit.read({ limit: 1000 })
  expect(all.length).toBeGreaterThan(10)
  expect(all.length).toBeLessThan(40)
})

test("what is asked for is found by user, action, subject and time", async (t) => {
  const audit = new AuditFolder(await temporaryFolder(t, "audit"))
  await audit.open()
  await audit.append([
    line(1),
    line(2, { name: "Olga", action: "config.apply" }),
    line(3, { action: "user.add", subject: "vera" }),
  ])
  expect(seqs(await audit.read({ limit: 9, name: "olga" }))).toEqual([2])
  expect(seqs(await audit.read({ limit: 9, action: "config." }))).toEqual([2, 1])
  expect(seqs(await audit.read({ limit: 9, action: "config.set" }))).toEqual([1])
  expect(seqs(await audit.read({ limit: 9, subject: "VER" }))).toEqual([3])
  expect(
    seqs(await audit.read({ limit: 9, from: new Date(2000).toISOString(), to: new Date(3000).toISOString() })),
  ).toEqual([2])
})

test("after a crash within a line the log goes on in another file, and numbers go on", async (t) => {
  const folder = await temporaryFolder(t, "audit")
  const before = new AuditFolder(folder)
  await before.open()
  await before.append(lines(1, 3))
  const [name] = readdirSync(folder)
  const path = join(folder, name as string)
  appendFileSync(path, '{"seq": 4, "na')
  const torn = readFileSync(path, "utf8")
  const after = new AuditFolder(folder)
  expect(await after.open()).toBe(3)
  await after.append(lines(4, 5))
  expect(readFileSync(path, "utf8")).toBe(torn)
  expect(seqs(await after.read({ limit: 9 }))).toEqual([5, 4, 3, 2, 1])
  expect(await new AuditFolder(folder).open()).toBe(5)
})
