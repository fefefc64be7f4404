import { expect, test } from "vitest"
import { CommandError, exitCodeOf, Interrupted, oneLine, UsageError } from "./errors.js"

test("each kind of failure has its exit code", () => {
  expect(exitCodeOf(new Error("x"))).toBe(1)
  expect(exitCodeOf(new CommandError("file", "x"))).toBe(1)
  expect(exitCodeOf(new UsageError("x"))).toBe(2)
  expect(exitCodeOf(new Interrupted("SIGINT"))).toBe(130)
  expect(exitCodeOf(new Interrupted("SIGTERM"))).toBe(143)
})

test("an error and its causes become one line without repetition", () => {
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:5672")
  expect(oneLine(new Error("no broker\n  at all", { cause }))).toBe(
    "no broker at all: connect ECONNREFUSED 127.0.0.1:5672",
  )
  expect(oneLine(new Error(`no broker: ${cause.message}`, { cause }))).toBe(`no broker: ${cause.message}`)
  expect(oneLine(new AggregateError([new Error("a"), new Error("b")]))).toBe("a; b")
  expect(oneLine("text")).toBe("text")
})

test("a circle of causes ends", () => {
  const error = new Error("a")
  error.cause = new Error("b", { cause: error })
  expect(oneLine(error)).toBe("a: b")
})
