import { expect, test } from "vitest"
import { Contests } from "./contests.js"

test("a metric that moved once is not contested, one that was taken back is", () => {
  const contests = new Contests()
  contests.taken("moved", "a", "b")
  contests.taken("lab.power", "a", "b")
  expect(contests.list()).toEqual([])
  contests.taken("lab.power", "b", "a")
  contests.taken("moved", "b", "c")
  expect(contests.list()).toEqual([{ metric: "lab.power", sources: ["a", "b"], time: expect.stringMatching(/Z$/) }])
  contests.taken("lab.power", "a", "c")
  expect(contests.list()[0]?.sources).toEqual(["c", "a", "b"])
})

test("a bounded number is remembered, the last ones", () => {
  const contests = new Contests(2)
  for (const metric of ["x", "y", "z"]) {
    contests.taken(metric, "a", "b")
    contests.taken(metric, "b", "a")
  }
  expect(contests.list().map(({ metric }) => metric)).toEqual(["z", "y"])
})
