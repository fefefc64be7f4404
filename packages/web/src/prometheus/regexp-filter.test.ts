import { expect, test, vi } from "vitest"
import { filterByRegExp, withRegExpBudget } from "./regexp-filter.js"

test("the expressions of one request share a second, and those of the next have one of their own", async (t) => {
  let now = 0
  // Every look at the clock is a fifth of a second later than the one before: so long each expression seems to take.
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 200))
  t.onTestFinished(() => clock.mockRestore())
  const request = async () => {
    for (let i = 0; i < 5; i += 1) {
      expect(filterByRegExp("a.", ["ab", "b"])).toEqual(["ab"])
      await Promise.resolve()
    }
    return () => filterByRegExp("a.", ["ab"])
  }
  for (let i = 0; i < 2; i += 1) {
    await withRegExpBudget(async () => expect(await request()).toThrow("longer than 1000 ms"))
  }
  expect(filterByRegExp("a.", ["ab"])).toEqual(["ab"])
})
