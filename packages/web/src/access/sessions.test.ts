import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { Sessions, sessionLimits } from "./sessions.js"

const account = { id: "a", name: "ann", role: "viewer", hash: "h", created: "" } as const

test("a session lasts while it is used, and ends in the end", async () => {
  let now = 0
  const sessions = new Sessions(undefined, () => now)
  const id = await sessions.begin(account, "::1")
  while (now < sessionLimits.longestMs - sessionLimits.idleMs) {
    now += sessionLimits.idleMs - 1
    expect(sessions.find(id)).toMatchObject({ account: "a" })
  }
  now = sessionLimits.longestMs
  expect(sessions.find(id)).toBeUndefined()
  const unused = await sessions.begin(account, "::1")
  now += sessionLimits.idleMs
  expect(sessions.find(unused)).toBeUndefined()
})

test("a session that may last for so long ends then, however much it is used", async () => {
  let now = 0
  const sessions = new Sessions(undefined, () => now)
  const id = await sessions.begin(account, "::1", 3600_000)
  now = 3600_000 - 1
  expect(sessions.find(id)).toMatchObject({ until: 3600_000 })
  now += 1
  expect(sessions.find(id)).toBeUndefined()
})

test("sessions outlive the process, and their file tells nobody their ids", async (t) => {
  const folder = await temporaryFolder(t, "access")
  const id = await new Sessions(folder).begin(account, "::1")
  const path = join(folder, "sessions.json")
  expect(readFileSync(path, "utf8")).not.toContain(id)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const later = new Sessions(folder)
  await later.load()
  expect(later.find(id)).toMatchObject({ account: "a" })
  expect(await later.endAll("a")).toBe(1)
  const last = new Sessions(folder)
  await last.load()
  expect(last.find(id)).toBeUndefined()
})

test("an account has a bounded number of sessions, and the one unused for longest goes", async () => {
  let now = 0
  const sessions = new Sessions(undefined, () => now)
  const ids: string[] = []
  for (; now <= sessionLimits.ofAccount; now += 1) ids.push(await sessions.begin(account, "::1"))
  expect(sessions.countOf("a")).toBe(sessionLimits.ofAccount)
  expect(sessions.find(ids[0] as string)).toBeUndefined()
  expect(sessions.find(ids[1] as string)).toBeDefined()
})
