import { expect, test } from "vitest"
import { problemOf, problemsAt } from "./problem-places.js"

test("the path before a message is read as it was written", () => {
  const path = (line: string) => problemOf(line, "error").path
  expect(problemOf("rate: expected a number, got nothing", "error")).toEqual({
    severity: "error",
    path: ["rate"],
    message: "expected a number, got nothing",
  })
  expect(path('hosts[0].metrics["a.b \\"c\\""].unit: x')).toEqual(["hosts", 0, "metrics", 'a.b "c"', "unit"])
  expect(path('["x-y.z"]: x')).toEqual(["x-y.z"])
  expect(path("configuration: expected an object")).toEqual([])
})

test("a line without a path is about everything", () => {
  expect(problemOf("two patterns store lab.a", "warning")).toEqual({
    severity: "warning",
    path: [],
    message: "two patterns store lab.a",
  })
})

test("problems are found at a path and below it", () => {
  const problems = ["net: a", "net.include[0]: b", "network: c"].map((line) => problemOf(line, "error"))
  expect(problemsAt(problems, ["net"]).map(({ message }) => message)).toEqual(["a"])
  expect(problemsAt(problems, ["net"], true).map(({ message }) => message)).toEqual(["a", "b"])
})
