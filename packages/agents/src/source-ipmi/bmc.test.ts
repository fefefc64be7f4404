import { expect, test } from "vitest"
import { Bmc } from "./bmc.js"

const S = 1000
const bmc = () => new Bmc("bmc1", { name: "lab.node1", metrics: {} }, [5 * S, 20 * S, 60 * S, 300 * S])

test("who fails is tried at once, then after 5, 20, 60, 300 s, and 300 s from then on", () => {
  const some = bmc()
  some.succeeded("1", true)
  some.failed(new Error("gone"), 0)
  expect(some).toMatchObject({ phase: "failing", error: { message: "gone" } })
  let nowMs = 0
  expect(some.isDue(nowMs)).toBe(true)
  for (const pauseS of [5, 20, 60, 300, 300, 300]) {
    some.failed(new Error("still gone"), nowMs)
    expect(some.isDue(nowMs + pauseS * S - 1)).toBe(false)
    nowMs += pauseS * S
    expect(some.isDue(nowMs)).toBe(true)
  }
  some.isBusy = true
  expect(some.isDue(nowMs)).toBe(false)
  some.isBusy = false
  some.succeeded("1,2", true)
  expect(some).toMatchObject({ phase: "active", recordIds: "1,2", error: undefined })
  some.failed(new Error("gone"), nowMs)
  expect(some.isDue(nowMs)).toBe(true)
})

test("who never answered waits before the second try", () => {
  const some = bmc()
  some.failed(new Error("gone"), 0)
  expect([some.isDue(4999), some.isDue(5000)]).toEqual([false, true])
})

test("who was left behind is slow until it has been quick three times in a row", () => {
  const some = bmc()
  some.succeeded("", true)
  some.leftBehind()
  for (const isQuick of [true, true, false, true, true]) {
    some.succeeded("", isQuick)
    expect(some.phase).toBe("slow")
  }
  some.succeeded("", true)
  expect(some.phase).toBe("active")
})
