import { expect, test } from "vitest"
import {
  type ClientRecord,
  grouped,
  hostsOf,
  labelsOf,
  listed,
  roleOf,
  shortQueue,
  shortToken,
  uptimeS,
} from "./client-info.js"

const client = (some: Partial<ClientRecord>): ClientRecord => ({
  ...{
    token: "source-a",
    state: "up",
    config: true,
    drift: "current",
    metrics: 0,
    rates: { declared: 0, measured: null },
  },
  ...some,
})

test("uptime goes on while it is up", () => {
  const now = Date.parse("2026-01-01T00:01:05Z")
  const upSince = "2026-01-01T00:00:50Z"
  expect(uptimeS(client({ upSince }), now)).toBe(15)
  expect(uptimeS(client({ upSince: "2026-01-01T00:02:00Z" }), now)).toBe(0)
  expect(uptimeS(client({ upSince, state: "gone" }), now)).toBeUndefined()
  expect(uptimeS(client({}), now)).toBeUndefined()
})

test("those that are up come first, those of a moment last", () => {
  const token = `history-x.${"0".repeat(32)}`
  const clients = [
    client({ token }),
    client({ token: "z" }),
    client({ token: "a", state: "gone" }),
    client({ token: "b" }),
  ]
  expect(listed(clients, {}).map((one) => one.token)).toEqual(["b", "z", "a", token])
  expect(listed(clients, { search: "GONE" }).map((one) => one.token)).toEqual(["a"])
  expect(shortToken(token)).toBe("history-x.0000…")
})

test("a queue is named without its random parts", () => {
  const random = "6a1612088b684b79a00a4d77ff639155"
  expect(shortQueue(`web-live.${random}-${random}-kept-data`)).toBe("web-live.6a16…-6a16…-kept-data")
  expect(shortQueue("db-timeline-data")).toBe("db-timeline-data")
})

test("a token says what a client is for", () => {
  expect(["source-a", "db-x", "web.0", "sink", "management"].map(roleOf)).toEqual([
    "source",
    "db",
    "web",
    "sink",
    "manager",
  ])
})

test("state, role, host and configuration filter, each only if it is given", () => {
  const clients = [
    client({ token: "source-a", host: "n2" }),
    client({ token: "source-b", state: "late", drift: "refused", host: "n1" }),
    client({ token: "db-a", drift: "none", host: "n1" }),
    client({ token: "sink-a" }),
  ]
  const tokens = (filters: Parameters<typeof listed>[1]) => listed(clients, filters).map(({ token }) => token)
  expect(tokens({ role: "source", state: "" })).toEqual(["source-a", "source-b"])
  expect(tokens({ host: "n1" })).toEqual(["db-a", "source-b"])
  expect(tokens({ host: "n1", state: "late" })).toEqual(["source-b"])
  expect(tokens({ drift: "refused" })).toEqual(["source-b"])
  expect(hostsOf(clients)).toEqual(["n1", "n2"])
})

test("labels filter, are found by search, and are told with their keys", () => {
  const clients = [
    client({ token: "a", labels: { room: "A 10", spare: "" } }),
    client({ token: "b", labels: { room: "A 9" } }),
    client({ token: "c" }),
  ]
  const tokens = (filters: Parameters<typeof listed>[1]) => listed(clients, filters).map(({ token }) => token)
  expect(tokens({ labels: ["room"] })).toEqual(["a", "b"])
  expect(tokens({ labels: ["room=A 10", "spare"] })).toEqual(["a"])
  expect(tokens({ search: "room=a 9" })).toEqual(["b"])
  expect(labelsOf(clients)).toEqual({ labels: ["room=A 9", "room=A 10", "spare"], keys: ["room", "spare"] })
  expect(grouped(clients, "room").map(([value, group]) => [value, group.map(({ token }) => token)])).toEqual([
    ["A 9", ["b"]],
    ["A 10", ["a"]],
    [undefined, ["c"]],
  ])
  expect(grouped(clients, "constructor").map(([value]) => value)).toEqual([undefined])
})
