import fc from "fast-check"
import { expect, test } from "vitest"
import { type LineageSource, lineageOf } from "./lineage.js"

/** A network in which one transformer makes each key of its value; everything else comes from one source, and a database keeps all. */
function network(derived: Readonly<Record<string, readonly string[]>>): LineageSource {
  const made = new Map(Object.entries(derived))
  const using = (metric: string) => [...made].flatMap(([output, inputs]) => (inputs.includes(metric) ? [output] : []))
  return {
    producer: (metric) => (made.has(metric) ? "transformer-a" : "source-a"),
    role: (token) => (token === "db-a" ? "database" : token.startsWith("transformer") ? "transformer" : "source"),
    inputs: (_, metric) => ({ metrics: made.get(metric) ?? [], isAssumed: false }),
    outputs: (token, metric) => ({ metrics: token === "transformer-a" ? using(metric) : [], isAssumed: false }),
    consumers: (metric) => [...(using(metric).length > 0 ? ["transformer-a"] : []), "db-a"],
  }
}

const names = (nodes: readonly { kind: string; name: string; level: number }[]) =>
  nodes.map(({ name, level }) => `${name}@${level}`).sort()

test("goes up and down through transformers", () => {
  const source = network({ total: ["a", "b"], mean: ["total"] })
  const { nodes, edges } = lineageOf("total", source, { depth: 3 })
  expect(names(nodes)).toEqual(
    [
      "a@-2",
      "b@-2",
      "db-a@1",
      "db-a@3",
      "mean@2",
      "source-a@-3",
      "total@0",
      "transformer-a@-1",
      "transformer-a@1",
    ].sort(),
  )
  expect(edges).toHaveLength(9)
  expect(edges).toContainEqual({ from: "m:a", to: "c:transformer-a@-1" })
  expect(edges).toContainEqual({ from: "c:transformer-a@1", to: "m:mean" })
  expect(names(lineageOf("total", source, { depth: 1 }).nodes)).not.toContain("source-a@-3")
})

test("circles end", () => {
  const { nodes, edges } = lineageOf("a", network({ a: ["b"], b: ["a"] }), { depth: 10 })
  expect(nodes.filter(({ kind }) => kind === "metric").map(({ name }) => name)).toEqual(["a", "b"])
  expect(edges.length).toBeLessThan(12)
})

test("says how many are left out", () => {
  const inputs = Array.from({ length: 40 }, (_, i) => `in${i}`)
  const { nodes } = lineageOf("sum", network({ sum: inputs }), { depth: 2, neighbours: 10 })
  expect(nodes.find(({ level }) => level === -1)).toMatchObject({ name: "transformer-a", moreIn: 30 })
  expect(nodes.filter(({ level }) => level === -2)).toHaveLength(10)
  expect(lineageOf("sum", network({ sum: inputs }), { depth: 5, nodes: 5 }).nodes).toHaveLength(5)
})

test("any network gives a bounded graph whose edges have both ends", () => {
  const metric = fc.constantFrom("a", "b", "c", "d", "e")
  fc.assert(
    fc.property(fc.dictionary(metric, fc.uniqueArray(metric)), metric, (derived, centre) => {
      const { nodes, edges } = lineageOf(centre, network(derived), { depth: 10, nodes: 12, neighbours: 2 })
      const ids = new Set(nodes.map(({ id }) => id))
      expect(ids.size).toBe(nodes.length)
      expect(nodes.length).toBeLessThanOrEqual(12)
      for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true])
    }),
  )
})
