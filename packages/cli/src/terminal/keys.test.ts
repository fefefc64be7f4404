import { expect, test } from "vitest"
import { keysOf } from "./keys.js"

test("a piece of input can hold several keys", () => {
  expect(keysOf("\x1b[B\x1b[Bq")).toEqual(["down", "down", "q"])
  expect(keysOf("\x1bOA\x1b[6~\x1b[1~\x03")).toEqual(["up", "page-down", "home", "ctrl-c"])
  expect(keysOf("é\x1b[1;5C")).toEqual(["é", "\x1b[1;5C"])
  expect(keysOf("")).toEqual([])
})
