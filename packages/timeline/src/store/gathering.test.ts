import { expect, test } from "vitest"
import { Gathering } from "./gathering.js"

/** A gathering of 5 ms with a clock that the test moves. */
function setUp(gatherMs = 5) {
  let nowMs = 1000
  const gathering = new Gathering(gatherMs, () => nowMs)
  return {
    gathering,
    /** So many appends, one every `ms`. */
    append(count: number, ms: number) {
      for (let i = 0; i < count; i++) {
        nowMs += ms
        gathering.appended()
      }
    },
    pause(ms: number) {
      nowMs += ms
    },
  }
}

test("what comes slowly never waits, however often it is written", () => {
  const { gathering, append } = setUp()
  for (let i = 0; i < 100; i++) {
    append(1, 0.5)
    expect(gathering.shouldWait()).toBe(false)
    gathering.written()
  }
})

test("the first of many is written at once, and what comes behind it waits for its turn", () => {
  const { gathering, append, pause } = setUp()
  pause(1000)
  append(1, 0)
  expect(gathering.shouldWait()).toBe(false)
  gathering.written()
  append(20, 0.1)
  expect(gathering.shouldWait()).toBe(true)
  append(20, 0.1)
  expect(gathering.shouldWait()).toBe(true)
  append(20, 0.1)
  expect(gathering.shouldWait()).toBe(false)
})

test("nothing waits any more when no more comes", () => {
  const { gathering, append, pause } = setUp()
  append(20, 0.1)
  gathering.written()
  expect(gathering.shouldWait()).toBe(true)
  pause(1)
  expect(gathering.shouldWait()).toBe(false)
})

test("a gathering of no time never waits", () => {
  const { gathering, append } = setUp(0)
  append(1000, 0.001)
  gathering.written()
  expect(gathering.shouldWait()).toBe(false)
})
