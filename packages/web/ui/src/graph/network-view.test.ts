import { expect, test } from "vitest"
import type { ClientRole, NetworkAnswer, NetworkClient } from "./network-data.js"
import { around, networkView } from "./network-view.js"
import { stackClients } from "./stacks.js"

const client = (id: string, role: ClientRole): NetworkClient => ({
  ...{ id, role, state: "up", host: null, metrics: 1, rate: 2 },
})
const group = (source: string, prefix: string, metrics = 2) => ({
  ...{ id: `${source}|${prefix}`, source, prefix, metrics, rate: metrics, unrated: 0 },
})
const flow = (from: string, to: string, metrics = 2) => ({ from, to, metrics, rate: metrics, unrated: 0 })

const small: NetworkAnswer = {
  nodes: [
    client("source-a", "source"),
    client("transformer-t", "transformer"),
    client("db-a", "database"),
    client("manager", "manager"),
  ],
  edges: [],
  groups: [group("source-a", "lab.x"), group("source-a", "lab.y"), group("transformer-t", "sum", 1)],
  flows: [
    flow("source-a|lab.x", "db-a"),
    flow("source-a|lab.y", "db-a"),
    flow("source-a|lab.y", "transformer-t"),
    flow("transformer-t|sum", "db-a", 1),
  ],
}

test("a small network is shown as it is, without those that have no part in it", () => {
  const { nodes, edges, apart } = networkView(small, new Set())
  expect(nodes.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
    ...["client source-a", "client transformer-t", "client db-a"],
    ...["metrics lab.x.*", "metrics lab.y.*", "metrics sum"],
  ])
  expect(edges).toHaveLength(7)
  expect(apart.map(({ id }) => id)).toEqual(["manager"])
  expect(around(networkView(small, new Set()), "transformer-t").nodes.map(({ label }) => label)).toEqual([
    ...["source-a", "transformer-t", "db-a", "lab.y.*", "sum"],
  ])
})

test("what is measured of the parts of a node or an edge is measured of it", () => {
  const measured = { metrics: 2, rate: 1, declared: 2 }
  const answer = {
    ...small,
    groups: small.groups.map((one) => (one.prefix === "lab.x" ? { ...one, measured } : one)),
    flows: small.flows.map((one) => (one.to === "db-a" ? { ...one, measured } : one)),
  }
  const { nodes, edges } = networkView(answer, new Set())
  const of = (label: string) => nodes.find((node) => node.label === label)?.measured
  expect([of("source-a"), of("lab.x.*"), of("lab.y.*")]).toEqual([measured, measured, undefined])
  expect(edges.filter((edge) => edge.measured && edge.to === "db-a")).toHaveLength(3)
})

test("what a database measures of itself is shown if somebody else gets it", () => {
  const own = group("db-a", "db.read")
  const labels = (flows: NetworkAnswer["flows"]) =>
    networkView({ ...small, groups: [...small.groups, own], flows }, new Set()).nodes.map(({ label }) => label)
  expect(labels([flow("db-a|db.read", "db-a")])).not.toContain("db.read.*")
  expect(labels([flow("db-a|db.read", "db-a"), flow("db-a|db.read", "transformer-t")])).toContain("db.read.*")
})

function large(): NetworkAnswer {
  const sources = Array.from({ length: 300 }, (_, i) => `source-ipmi-${i}`)
  return {
    nodes: [...sources.map((id) => client(id, "source")), client("source-other", "source"), client("db-a", "database")],
    edges: [],
    groups: sources.flatMap((id, i) => [group(id, `elab.node${i}.power`), group(id, `elab.node${i}.fan`)]),
    flows: sources.map((id, i) => flow(`${id}|elab.node${i}.power`, "db-a")),
  }
}

test("three hundred clients are a few nodes, whose numbers are the sums", () => {
  const { nodes, edges } = networkView(large(), new Set())
  expect(nodes.map(({ kind, label, metrics, clients }) => [kind, label, metrics, clients.length])).toEqual([
    ["stack", "source-ipmi-*", 300, 300],
    ["client", "source-other", 1, 1],
    ["client", "db-a", 1, 1],
    ["metrics", "elab.node*.power.*", 600, 300],
    ["metrics", "elab.node*.fan.*", 600, 300],
  ])
  expect(edges).toContainEqual({ ...flow("metrics:stack:source:source-ipmi-*:elab.node*.power.*", "db-a", 600) })
})

test("a stack is taken apart, as far as there is room", () => {
  const { nodes } = networkView(large(), new Set(["stack:source:source-ipmi-*"]))
  expect(nodes.filter(({ kind, role }) => kind === "client" && role === "source")).toHaveLength(61)
  expect(nodes.find(({ kind }) => kind === "stack")).toMatchObject({ opens: false })
  expect(nodes.find(({ kind }) => kind === "stack")!.clients).toHaveLength(240)
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length)
})

test("whatever tokens are called, there are at most twelve stacks", () => {
  const tokens = Array.from({ length: 400 }, (_, i) => `${String.fromCharCode(97 + (i % 26))}${"x".repeat(i)}`)
  const stacks = stackClients(
    tokens.map((id) => client(id, "sink")),
    new Set(),
  )
  expect(new Set([...stacks.values()].map(({ id }) => id)).size).toBeLessThanOrEqual(12)
})

test("every number of the answer is in the view, taken apart or not", () => {
  for (const open of [[], ["stack:source:source-ipmi-*"], ["metrics:stack:source:source-ipmi-*"]]) {
    const { edges } = networkView(large(), new Set(open))
    const into = edges.filter(({ to }) => to === "db-a").reduce((sum, { metrics }) => sum + metrics, 0)
    expect(into).toBe(600)
  }
})
