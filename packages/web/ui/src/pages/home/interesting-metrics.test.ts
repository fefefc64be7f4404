import { expect, test } from "vitest"
import { interestingMetrics } from "./interesting-metrics.js"

const named = (...names: string[]) => names.map((name) => ({ name, historic: true }))
const chosen = (names: string[], most = 6) => interestingMetrics(named(...names), most).map(({ name }) => name)

test("what people look for first comes first, and one of each sort", () => {
  const names = ["a.cpu.core0.usage", "a.cpu.core1.usage", "a.cpu.usage", "a.fan.speed", "a.node.power", "b.node.power"]
  expect(chosen(names)).toEqual(["a.node.power", "a.cpu.usage", "a.cpu.core0.usage", "a.fan.speed"])
  expect(chosen(names, 2)).toEqual(["a.node.power", "a.cpu.usage"])
})

test("what only says how the network is, and what is not stored, is left out", () => {
  expect(chosen(["a.db.read.rate"])).toEqual([])
  expect(interestingMetrics([{ name: "a.power", historic: false }], 6)).toEqual([])
  expect(interestingMetrics([], 6)).toEqual([])
})
