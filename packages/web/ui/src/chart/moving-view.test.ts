import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { MovingView } from "./moving-view.js"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function viewUnderTest() {
  const told: string[] = []
  const hand = { isHeld: false }
  const view = new MovingView({
    isHeld: () => hand.isHeld,
    onMove: (byHand) => told.push(byHand ? "moved by hand" : "moved"),
    onRest: (byHand) => told.push(byHand ? "rested by hand" : "rested"),
  })
  return { view, hand, told }
}

test("a gesture comes to rest once, a moment after its last step and when the hand has left", () => {
  const { view, hand, told } = viewUnderTest()
  hand.isHeld = true
  view.move({ from: 0, to: 10 }, true)
  vi.advanceTimersByTime(200)
  view.move({ from: 5, to: 15 }, true)
  vi.advanceTimersByTime(2000)
  expect(told).toEqual(["moved by hand", "moved by hand"])
  expect(view.isResting).toBe(false)
  hand.isHeld = false
  vi.advanceTimersByTime(250)
  expect(told.at(-1)).toBe("rested by hand")
  expect([view.isResting, view.span]).toEqual([true, { from: 5, to: 15 }])
})

test("what is shown by the page rests at once, and the clock moves without a word", () => {
  const { view, told } = viewUnderTest()
  view.move({ from: 0, to: 10 }, false)
  vi.advanceTimersByTime(0)
  view.follow({ from: 1, to: 11 })
  vi.advanceTimersByTime(1000)
  expect(told).toEqual(["moved", "rested"])
  expect(view.span).toEqual({ from: 1, to: 11 })
})
