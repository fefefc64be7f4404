import fc from "fast-check"
import { expect, test } from "vitest"
import { backEdges } from "./cycles.js"
import { type Layout, type LayoutEdge, type LayoutNode, layered } from "./layered.js"
import { crossings, orderLayers } from "./order.js"

const nodes = fc
  .array(
    fc.record({
      width: fc.integer({ min: 10, max: 200 }),
      height: fc.integer({ min: 10, max: 60 }),
      last: fc.boolean(),
    }),
    {
      maxLength: 25,
    },
  )
  .map((sizes) => sizes.map((size, i): LayoutNode => ({ id: `n${i}`, ...size })))
const graphs = nodes.chain((list) => {
  const id = fc.integer({ min: 0, max: Math.max(0, list.length - 1) }).map((i) => `n${i}`)
  return fc.record({ list: fc.constant(list), edges: fc.array(fc.record({ from: id, to: id }), { maxLength: 60 }) })
})

function overlapping({ nodes }: Layout): string[] {
  const all = [...nodes.values()]
  return all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height - 1e-6)
      .map((b) => `${a.id} and ${b.id}`),
  )
}

test("nodes never overlap, and edges lead forward but for those that close a circle", () => {
  fc.assert(
    fc.property(graphs, fc.boolean(), ({ list, edges }, tight) => {
      const layout = layered(list, edges, { tight })
      expect(overlapping(layout)).toEqual([])
      for (const { from, to, isBack, points } of layout.edges) {
        const [a, b] = [layout.nodes.get(from)!, layout.nodes.get(to)!]
        if (!isBack) {
          expect(a.layer).toBeLessThan(b.layer)
          for (let i = 1; i < points.length; i++) expect(points[i]!.x).toBeGreaterThanOrEqual(points[i - 1]!.x)
        }
      }
      for (const { x, y, width, height } of layout.nodes.values()) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-1e-6)
        expect(x + width).toBeLessThanOrEqual(layout.width + 1e-6)
        expect(y + height).toBeLessThanOrEqual(layout.height + 1e-6)
      }
    }),
    { numRuns: 300 },
  )
})

test("without a circle no edge leads back", () => {
  const forward = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: 1, max: 19 })).filter(([from, to]) => from < to),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(forward, (pairs) => {
      expect(
        backEdges(
          20,
          pairs.map(([from, to]) => ({ from, to })),
        ),
      ).not.toContain(true)
    }),
  )
  expect(
    backEdges(2, [
      { from: 0, to: 1 },
      { from: 1, to: 0 },
      { from: 1, to: 1 },
    ]),
  ).toEqual([false, true, true])
})

const box = (id: string, more: Partial<LayoutNode> = {}): LayoutNode => ({ id, width: 100, height: 40, ...more })
const chain = (...ids: string[]): LayoutEdge[] => ids.slice(1).map((to, i) => ({ from: ids[i]!, to }))

test("what belongs at the end is there, however short the way to it is", () => {
  const list = [box("s"), box("g"), box("t"), box("h"), box("db", { last: true }), box("sink", { last: true })]
  const { nodes: placed } = layered(list, [...chain("s", "g", "t", "h", "db"), ...chain("g", "sink")])
  expect(placed.get("sink")!.layer).toBe(placed.get("db")!.layer)
  expect(placed.get("db")!.layer).toBe(4)
})

test("tight: a short way stands right before where it leads", () => {
  const list = ["a", "b", "c", "x"].map((id) => box(id))
  const edges = [...chain("a", "b", "c"), ...chain("x", "c")]
  expect(layered(list, edges).nodes.get("x")!.layer).toBe(0)
  expect(layered(list, edges, { tight: true }).nodes.get("x")!.layer).toBe(1)
})

test("a chain is straight, and equals are untangled", () => {
  const { nodes: placed } = layered([box("a"), box("b", { height: 20 }), box("c")], chain("a", "b", "c"))
  const middles = [...placed.values()].map(({ y, height }) => y + height / 2)
  expect(new Set(middles.map((middle) => middle.toFixed(3))).size).toBe(1)
  const before = [[], [], [1], [0]]
  const after = [[3], [2], [], []]
  expect(
    crossings(
      [
        [0, 1],
        [2, 3],
      ],
      after,
    ),
  ).toBe(1)
  expect(
    crossings(
      orderLayers(
        [
          [0, 1],
          [2, 3],
        ],
        { before, after },
      ),
      after,
    ),
  ).toBe(0)
})

test("nothing is nothing", () => {
  expect(layered([], [])).toMatchObject({ width: 0, height: 0, edges: [], layers: [] })
})

test("three hundred nodes and a thousand edges take less than a second", () => {
  const list = Array.from({ length: 300 }, (_, i) => box(`n${i}`, { last: i >= 280 }))
  const edges = Array.from({ length: 1000 }, (_, i) => ({ from: `n${(i * 7) % 280}`, to: `n${(i * 13) % 300}` }))
  const beganMs = performance.now()
  expect(overlapping(layered(list, edges))).toEqual([])
  expect(performance.now() - beganMs).toBeLessThan(1000)
})
