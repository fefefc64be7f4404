import { expect, test } from "vitest"
import type { SeenClient } from "./client-list.js"
import { networkGraph } from "./network-graph.js"

const seen = (token: string, more: Partial<SeenClient> = {}): SeenClient => ({
  ...{ token, state: "up", firstSeen: "", lastSeen: "", lastFunction: "", config: false },
  ...more,
})

const group = (source: string, prefix: string, metrics: number) => ({
  source,
  prefix,
  metrics,
  rate: metrics,
  unrated: 0,
})

test("clients with their roles, and one edge for each pair", () => {
  const uuid = "0123456789abcdef0123456789abcdef"
  const { nodes, edges, flows, groups } = networkGraph({
    clients: [
      seen("source-a", { discover: { hostname: "ariel" } }),
      seen("manager"),
      seen(`web.${uuid}`),
      seen(`sink-gone.${uuid}`, { state: "gone" }),
      seen("source-late", { state: "gone", config: true }),
    ],
    subscribers: [{ token: "db-a", role: "database", isIncomplete: true }],
    groups: [group("source-a", "lab.x", 2), group("source-a", "lab.y", 3)],
    flows: [
      { group: 0, to: "db-a", metrics: 2, rate: 2, unrated: 1 },
      { group: 1, to: "db-a", metrics: 3, rate: 1 / 3, unrated: 0 },
      { group: 1, to: "db-a", metrics: 1, rate: 1, unrated: 0 },
    ],
    measured: new Map([["db-a", 4.56789]]),
    web: "web",
  })
  expect(nodes.map(({ id, role, state }) => [id, role, state])).toEqual([
    ["db-a", "database", "gone"],
    ["manager", "manager", "up"],
    ["source-a", "source", "up"],
    ["source-late", "source", "gone"],
    [`web.${uuid}`, "web", "up"],
  ])
  expect(nodes[0]).toMatchObject({ measured: 4.568, incomplete: true, host: null })
  expect(nodes[2]).toMatchObject({ host: "ariel", metrics: 5, rate: 5 })
  expect(groups.map(({ id }) => id)).toEqual(["source-a|lab.x", "source-a|lab.y"])
  expect(flows).toEqual([
    { from: "source-a|lab.x", to: "db-a", metrics: 2, rate: 2, unrated: 1 },
    { from: "source-a|lab.y", to: "db-a", metrics: 4, rate: 1.333, unrated: 0 },
  ])
  expect(edges).toEqual([{ from: "source-a", to: "db-a", metrics: 6, rate: 3.333, unrated: 1 }])
})

test("without the list of clients, states are not known", () => {
  const parts = { subscribers: [], flows: [], measured: new Map(), web: "web", groups: [group("source-a", "x", 1)] }
  expect(networkGraph({ ...parts, clients: undefined }).nodes).toMatchObject([{ id: "source-a", state: null }])
})
