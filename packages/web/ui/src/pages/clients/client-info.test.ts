import { expect, test } from "vitest"
import { type ClientRecord, clientInfo, hostsOf, listed, roleOf, shortQueue, shortToken } from "./client-info.js"

const client = (some: Partial<ClientRecord>): ClientRecord => ({
  ...{
    token: "source-a",
    state: "up",
    firstSeen: "",
    lastSeen: "2026-01-01T00:01:00Z",
    lastFunction: "",
    config: true,
    drift: "current",
    metrics: 0,
    rates: { declared: 0, measured: null },
  },
  ...some,
})

test("uptime is by the client's own clock, and goes on while it is up", () => {
  const discover = {
    startingTime: "2020-01-01T00:00:00+00:00",
    currentTime: "2020-01-01T00:00:10+00:00",
    hostname: "n1",
  }
  const now = Date.parse("2026-01-01T00:01:05Z")
  expect(clientInfo(client({ discover }), now)).toEqual({ host: "n1", version: "", library: "", uptimeS: 15 })
  expect(clientInfo(client({ discover, state: "gone" }), now).uptimeS).toBeUndefined()
  expect(clientInfo(client({}), now)).toEqual({ host: "", version: "", library: "", uptimeS: undefined })
})

test("an answer of another form harms nobody", () => {
  const discover = { hostname: 7, startingTime: null, currentTime: "soon", metricqVersion: "x/1" }
  expect(clientInfo(client({ discover }), 0)).toEqual({ host: "", version: "x/1", library: "x/1", uptimeS: undefined })
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
  const at = (hostname: string) => ({ discover: { hostname } })
  const clients = [
    client({ token: "source-a", ...at("n2") }),
    client({ token: "source-b", state: "late", drift: "refused", ...at("n1") }),
    client({ token: "db-a", drift: "none", ...at("n1") }),
    client({ token: "sink-a", discover: { hostname: 7 } }),
  ]
  const tokens = (filters: Parameters<typeof listed>[1]) => listed(clients, filters).map(({ token }) => token)
  expect(tokens({ role: "source", state: "" })).toEqual(["source-a", "source-b"])
  expect(tokens({ host: "n1" })).toEqual(["db-a", "source-b"])
  expect(tokens({ host: "n1", state: "late" })).toEqual(["source-b"])
  expect(tokens({ drift: "refused" })).toEqual(["source-b"])
  expect(hostsOf(clients)).toEqual(["n1", "n2"])
})
