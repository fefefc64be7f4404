import { expect, test } from "vitest"
import { Budget } from "./budget.js"

test("an answer ends where its memory would", () => {
  const budget = new Budget()
  budget.take(4_000_000)
  expect(() => budget.take(1)).toThrow("more than 4000000 rows")
})
