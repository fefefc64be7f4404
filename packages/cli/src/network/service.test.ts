import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { runService, type Service } from "./service.js"

// The reader of our own output is not to be forgotten by the test.
beforeEach(() => void vi.spyOn(process.stdout, "removeAllListeners").mockReturnThis())
afterEach(() => void vi.restoreAllMocks())

function service(parts: Partial<Service>) {
  const calls: string[] = []
  const made: Service = {
    start: async () => void calls.push("start"),
    ...parts,
    stop: async () => {
      calls.push("stop")
      await parts.stop?.()
    },
  }
  return { made, calls }
}

test("a signal stops a service, and that is a success", async () => {
  const { made, calls } = service({})
  await runService(made, () => {
    calls.push("ready")
    setImmediate(() => process.emit("SIGINT", "SIGINT"))
  })
  expect(calls).toEqual(["start", "ready", "stop"])
})

test("a signal while it is still starting stops it", async () => {
  const { made, calls } = service({
    start: () => {
      setImmediate(() => process.emit("SIGTERM", "SIGTERM"))
      return new Promise(() => {})
    },
  })
  await runService(made, () => calls.push("ready"))
  expect(calls).toEqual(["stop"])
})

test("what ends a service by itself is thrown, after it was stopped", async () => {
  const failed = service({ start: () => Promise.reject(new Error("port taken")) })
  await expect(runService(failed.made, () => {})).rejects.toThrow("port taken")
  expect(failed.calls).toEqual(["stop"])
  const lost = service({ stopped: () => Promise.reject(new Error("network lost")) })
  await expect(runService(lost.made, () => {})).rejects.toThrow("network lost")
  expect(lost.calls).toEqual(["start", "stop"])
})

test("a service that does not stop is left after two seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  try {
    const { made } = service({ stop: () => new Promise(() => {}) })
    const ended = runService(made, () => process.emit("SIGINT", "SIGINT"))
    const outcome = expect(ended).rejects.toThrow("not everything had stopped after two seconds")
    await vi.advanceTimersByTimeAsync(2000)
    await outcome
  } finally {
    vi.useRealTimers()
  }
})
