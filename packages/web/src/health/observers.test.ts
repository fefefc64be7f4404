import { type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import { expect, test } from "vitest"
import type { SeenClient } from "../network/client-list.js"
import { ClientObserver } from "./client-observer.js"
import { DatabaseObserver } from "./database-observer.js"
import { NOW } from "./testing/observed.js"

function seen(change: Partial<SeenClient> & { clockS?: number; host?: string } = {}): SeenClient {
  const { clockS = 0, host = "vm", ...rest } = change
  const currentTime = new Date(NOW + clockS * 1000).toISOString()
  return {
    ...{ token: "source-a", state: "up", firstSeen: "2026-01-01T00:00:00Z", lastSeen: new Date(NOW).toISOString() },
    ...{ lastFunction: "discover", config: true, drift: "none", discover: { currentTime, hostname: host } },
    ...rest,
  } as SeenClient
}

test("the clock of a client is compared when it has answered anew", () => {
  const observer = new ClientObserver()
  const clockOf = (client: SeenClient) => observer.observe([client], NOW)[0]!.clockS
  expect(clockOf(seen({ clockS: 7 }))).toBe(7)
  expect(clockOf(seen({ clockS: 7 })), "the same answer").toBeUndefined()
  expect(clockOf(seen({ clockS: -8 }))).toBe(-8)
  expect(clockOf(seen({ clockS: 9, state: "gone" }))).toBeUndefined()
  expect(clockOf(seen({ discover: {} }))).toBeUndefined()
})

test("hosts that change are counted for an hour", () => {
  const observer = new ClientObserver()
  const at = (host: string, minutes: number) => observer.observe([seen({ host })], NOW + minutes * 60_000)[0]!
  expect(at("x", 0)).toMatchObject({ host: "x", hostChanges: 0, hosts: [] })
  expect(at("y", 1)).toMatchObject({ hostChanges: 1, hosts: ["x", "y"] })
  expect(at("x", 2)).toMatchObject({ hostChanges: 2, hosts: ["x", "y"] })
  expect(at("x", 61.5)).toMatchObject({ hostChanges: 1 })
  expect(at("x", 63)).toMatchObject({ hostChanges: 0, hosts: [] })
})

test("what became of a configuration is read as the manager tells it", () => {
  const time = "2026-11-26T07:00:00.000Z"
  const configuration = {
    stored: { revision: "3", time, author: "ann" },
    accepted: { revision: "2", time },
    refused: { revision: "3", time, text: "rate must be a number" },
  }
  expect(new ClientObserver().observe([seen({ configuration } as never)], NOW)[0]!.configuration).toEqual({
    ...{ stored: "3", storedMs: Date.parse(time), accepted: "2" },
    refused: { revision: "3", text: "rate must be a number" },
  })
  expect(new ClientObserver().observe([seen()], NOW)[0]!.configuration).toBeUndefined()
})

/** How a database is that answers like this, one answer after the other. */
async function observed(answers: readonly (JsonObject | Error)[], { expected = true, queued = 0 } = {}) {
  const left = [...answers]
  const rpcTo = async () => {
    const answer = left.shift()!
    if (answer instanceof Error) throw answer
    return answer
  }
  const observer = new DatabaseObserver({ rpcTo })
  let last = [] as Awaited<ReturnType<DatabaseObserver["observe"]>>
  for (const _ of answers) last = await observer.observe(["db-a"], new Set(expected ? ["db-a"] : []), () => queued, NOW)
  return last[0]!
}
const old = { since: "2026-01-01T00:00:00Z", waiting: { messages: 3 }, trouble: [] }
const away = new PeerAway("peer-away", "it is not connected")
const slow = new TimeoutError("no answer")

test("a database that answers is current unless it is behind, or catches up after its start", async () => {
  expect(await observed([old])).toMatchObject({ state: "answers", waiting: 3, isCurrent: true })
  expect(await observed([old], { queued: 5000 })).toMatchObject({ waiting: 5003, isCurrent: false })
  const young = { ...old, since: new Date(NOW - 10_000).toISOString() }
  expect(await observed([young])).toMatchObject({ isCurrent: false })
  expect(await observed([{ ...young, waiting: { messages: 0 } }])).toMatchObject({ isCurrent: true })
  expect(await observed([{ ...old, trouble: ["disk full", 5] }])).toMatchObject({ trouble: ["disk full"] })
})

test("only a database that should be there, or has answered before, is away", async () => {
  expect(await observed([away])).toMatchObject({ state: "away" })
  expect(await observed([away], { expected: false })).toMatchObject({ state: "foreign" })
  expect(await observed([slow])).toMatchObject({ state: "foreign" })
  expect(await observed([old, slow])).toMatchObject({ state: "away" })
  expect(await observed([new RPCError("'Missing rpc handler for database.status'")])).toMatchObject({
    state: "foreign",
  })
  const starting = new RPCError("the database is starting: try again")
  expect(await observed([starting])).toMatchObject({ state: "answers", isCurrent: false })
  await expect(observed([new Error("the connection is lost")])).rejects.toThrow("lost")
})
