import { expect, test } from "vitest"
import { layered } from "./layout/layered.js"
import { neighbour } from "./neighbour.js"

test("arrow keys lead along edges and within a layer", () => {
  const nodes = ["a", "b", "c", "d"].map((id) => ({ id, width: 10, height: 10 }))
  const layout = layered(nodes, [
    { from: "a", to: "b" },
    { from: "a", to: "c" },
    { from: "d", to: "c" },
  ])
  expect(neighbour(layout, "b", "ArrowLeft")).toBe("a")
  expect(neighbour(layout, "b", "ArrowDown") ?? neighbour(layout, "b", "ArrowUp")).toBe("c")
  expect(["b", "c"]).toContain(neighbour(layout, "a", "ArrowRight"))
  expect(neighbour(layout, "c", "ArrowRight")).toBeUndefined()
})
