import { expect, test } from "vitest"
import type { SeenClient } from "./client-list.js"
import { networkNodes } from "./network-nodes.js"

const seen = (token: string, more: Partial<SeenClient> = {}): SeenClient => ({
  ...{ token, state: "up", firstSeen: "", lastSeen: "", lastFunction: "", config: false, drift: "none" },
  ...more,
})

const group = (source: string, prefix: string, metrics: number) => ({
  source,
  prefix,
  metrics,
  rate: metrics,
  unrated: 0,
})

const groups = [group("source-a", "lab.x", 2), group("source-a", "lab.y", 3)]

test("clients with their roles, but for those that were there for a moment", () => {
  const uuid = "0123456789abcdef0123456789abcdef"
  const nodes = networkNodes({
    clients: [
      seen("source-a", { discover: { hostname: "ariel" } }),
      seen("manager"),
      seen(`web.${uuid}`),
      seen(`sink-gone.${uuid}`, { state: "gone" }),
      seen("source-late", { state: "gone", config: true }),
    ],
    subscribers: [{ token: "db-a", role: "database", isIncomplete: true }],
    groups,
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
})

test("without the list of clients, states are not known", () => {
  const parts = { subscribers: [], measured: new Map(), web: "web", groups: [group("source-a", "x", 1)] }
  expect(networkNodes({ ...parts, clients: undefined })).toMatchObject([{ id: "source-a", state: null }])
})
