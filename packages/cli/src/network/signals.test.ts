import { expect, test, vi } from "vitest"
import { Interrupted } from "../errors.js"
import { abortable, aborted, pause, withSignals } from "./signals.js"

const listeners = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")

test("the first signal aborts the work, a later one ends the process, and nothing stays behind", async () => {
  let nowMs = 1000
  const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs)
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never)
  const before = listeners()
  try {
    const result = await withSignals(async (signal) => {
      process.emit("SIGTERM", "SIGTERM")
      expect(signal.reason).toEqual(new Interrupted("SIGTERM"))
      nowMs += 100
      process.emit("SIGTERM", "SIGTERM")
      expect(exit).not.toHaveBeenCalled()
      nowMs += 500
      process.emit("SIGINT", "SIGINT")
      expect(exit).toHaveBeenCalledWith(130)
      return 7
    })
    expect(result).toBe(7)
    expect(listeners()).toBe(before)
  } finally {
    exit.mockRestore()
    clock.mockRestore()
  }
})

test("work that is abandoned may still fail", async () => {
  const stop = new AbortController()
  let fail: (error: Error) => void = () => {}
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  const waited = abortable(work, stop.signal)
  stop.abort(new Interrupted("SIGINT"))
  await expect(waited).rejects.toThrow("interrupted by SIGINT")
  fail(new Error("later"))
  await expect(abortable(Promise.resolve(1), stop.signal)).rejects.toThrow("interrupted")
})

test("a pause ends early", async () => {
  const stop = new AbortController()
  const pausing = pause(60_000, stop.signal)
  stop.abort()
  await pausing
  await pause(60_000, stop.signal)
  await aborted(stop.signal)
})
