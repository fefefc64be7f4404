import { expect, test } from "vitest"
import { MOST_CHILDREN, treeRows, treeStep } from "./tree-rows.js"

const node = (path: string, metrics: number, leaf = metrics === 0) => ({
  ...{ name: path.split(".").at(-1) as string, path, metrics, leaf },
})
const children = new Map([
  ["", [node("hall", 1), node("lab", 3)]],
  ["lab", [node("lab.power", 2, true), node("lab.x", 0)]],
  ["lab.power", [node("lab.power.a", 0)]],
])

test("what is unfolded lies below its branch", () => {
  const rows = treeRows(children, new Set(["lab", "lab.power", "hall"]))
  expect(rows.map(({ node, depth }) => `${depth} ${node.path}`)).toEqual([
    "1 hall",
    "1 lab",
    "2 lab.power",
    "3 lab.power.a",
    "2 lab.x",
  ])
  expect(rows[0]).toMatchObject({ waiting: true, unfolded: true, position: 1, siblings: 2 })
  expect(rows[4]).toMatchObject({ waiting: false, unfolded: false, position: 2 })
})

test("arrows lead through it", () => {
  const rows = treeRows(children, new Set(["lab"]))
  expect(treeStep(rows, 0, "ArrowDown")).toEqual({ at: 1 })
  expect(treeStep(rows, 3, "ArrowDown")).toEqual({ at: 3 })
  expect(treeStep(rows, 0, "ArrowUp")).toEqual({ at: 0 })
  expect(treeStep(rows, 0, "ArrowRight")).toEqual({ fold: "hall", unfold: true })
  expect(treeStep(rows, 1, "ArrowRight")).toEqual({ at: 2 })
  expect(treeStep(rows, 3, "ArrowRight")).toBeUndefined()
  expect(treeStep(rows, 3, "ArrowLeft")).toEqual({ at: 1 })
  expect(treeStep(rows, 1, "ArrowLeft")).toEqual({ fold: "lab", unfold: false })
  expect(treeStep(rows, 0, "ArrowLeft")).toEqual({ at: 0 })
  expect([treeStep(rows, 2, "Home"), treeStep(rows, 0, "End")]).toEqual([{ at: 0 }, { at: 3 }])
  expect(treeStep([], 0, "End")).toBeUndefined()
})

test("a branch lists no more than can be leafed through", () => {
  const many = Array.from({ length: 2000 }, (_, i) => node(`n${i}`, 0))
  expect(treeRows(new Map([["", many]]), new Set())).toHaveLength(MOST_CHILDREN)
})
