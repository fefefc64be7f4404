import { expect, test } from "vitest"
import { similarNames } from "./similar-names.js"

const names = ["lab.node1.power", "lab.node2.power", "lab.node1.temperature", "hall.power", "web.requests"]

test("names that were probably meant come first", () => {
  expect(similarNames("lab.nod1.power", names)[0]).toBe("lab.node1.power")
  expect(similarNames("lab.node1.pwoer", names)[0]).toBe("lab.node1.power")
  expect(similarNames("node2.power", names)[0]).toBe("lab.node2.power")
  expect(similarNames("LAB.Node1.Temperature", names)[0]).toBe("lab.node1.temperature")
})

test("no more than asked for, and none where none is near", () => {
  expect(similarNames("lab.node.power", names, 2)).toEqual(["lab.node1.power", "lab.node2.power"])
  expect(similarNames("xyz", names)).toEqual([])
  expect(similarNames("", names)).toEqual([])
})
