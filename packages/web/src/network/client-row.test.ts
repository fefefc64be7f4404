import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import type { CatalogueEntry } from "./catalogue.js"
import type { SeenClient } from "./client-list.js"
import { clientRows } from "./client-row.js"

const seen = (token: string, discover?: JsonObject, state: SeenClient["state"] = "up") =>
  ({ token, state, lastSeen: "2026-11-26T12:00:00.000Z", ...(discover && { discover }) }) as SeenClient

test("a row has what the client says of itself, what it declares and what waits for it", () => {
  const discover = {
    ...{ hostname: "n1", metricqVersion: "metricq-ts/0.1.0", version: "2.1" },
    // A clock that is years off, and five minutes since the start.
    ...{ startingTime: "2020-01-01T00:00:00+00:00", currentTime: "2020-01-01T00:05:00+00:00" },
  }
  const entries = [
    { name: "a", state: "live", metadata: { source: "source-a", rate: 4 } },
  ] as unknown as CatalogueEntry[]
  const backlog = new Map([["source-a", { messages: 7, unread: 1 }]])
  const [row] = clientRows([{ ...seen("source-a", discover), pointsPerSecond: 3.5 }], entries, backlog)
  expect(row).toMatchObject({
    ...{ metrics: 1, rates: { declared: 4, measured: 3.5 }, host: "n1", version: "2.1", library: "metricq-ts/0.1.0" },
    ...{ upSince: "2026-11-26T11:55:00.000Z", backlog: { messages: 7, unread: 1 } },
  })
  expect(row).not.toHaveProperty("pointsPerSecond")
})

test("what nobody knows is absent, and an answer of another form harms nobody", () => {
  const odd = { hostname: 7, startingTime: null, currentTime: "soon", metricqVersion: ["x"] }
  for (const client of [seen("a"), seen("a", odd)]) {
    const [{ discover: _, ...row } = {}] = clientRows([client], [], new Map())
    expect(row).toEqual({
      ...{ token: "a", state: "up", lastSeen: "2026-11-26T12:00:00.000Z" },
      ...{ metrics: 0, rates: { declared: 0, measured: null } },
    })
  }
  const times = { startingTime: "2026-01-01T00:00:00Z", currentTime: "2026-01-01T00:00:01Z" }
  expect(clientRows([seen("a", times, "gone")], [], new Map())[0]).not.toHaveProperty("upSince")
})
