import { expect, test } from "vitest"
import type { SeenClient } from "./client-list.js"
import { versionSkew } from "./version-skew.js"

const client = (token: string, metricqVersion: string, more: { version?: string; state?: "gone" } = {}) =>
  ({
    ...{ token, state: more.state ?? "up" },
    discover: { metricqVersion, ...(more.version !== undefined && { version: more.version }) },
  }) as unknown as SeenClient

const skew = (...clients: SeenClient[]) => Object.fromEntries(versionSkew(clients))

test("who runs an older library than most that have the same is behind the most frequent newer one", () => {
  const clients = [
    client("source-a", "metricq-ts/0.10.0"),
    client("source-b", "metricq-ts/0.10.0"),
    client("sink-c", "metricq-ts/0.9.2"),
    client("db-d", "metricq-ts/0.11.0"),
    client("source-p", "metricq-python/5.4.0"),
    client("source-x", ""),
  ]
  expect(skew(...clients)).toEqual({ "sink-c": "metricq-ts/0.10.0" })
})

test("half of them is not most, and of two nothing is said", () => {
  expect(skew(client("a", "x/1"), client("b", "x/1"), client("c", "x/2"), client("d", "x/2"))).toEqual({})
  expect(skew(client("a", "x/1"), client("b", "x/2"))).toEqual({})
})

test("who is gone does not count, and an own version is compared with that of others of its kind", () => {
  expect(skew(client("a", "x/1"), client("b", "x/2", { state: "gone" }), client("c", "x/2"))).toEqual({})
  const own = (token: string, version: string) => client(token, "metricq-ts/0.1.0", { version })
  expect(skew(own("source-http-a", "v1.2"), own("source-http-b", "1.10"), own("source-http", "1.10.1"))).toEqual({
    "source-http-a": "1.10",
  })
  expect(skew(own("source-http", "1"), own("source-snmp", "2"), own("source-bacnet", "2"))).toEqual({})
})

test("what is no version is compared with nobody", () => {
  expect(skew(client("a", "nightly"), client("b", "x/2"), client("c", "x/2"), client("d", "x/main"))).toEqual({})
})
