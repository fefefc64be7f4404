import { expect, test, vi } from "vitest"
import { AgentStopped, ReconnectTimeout } from "./errors.js"
import { catchSignals, Lifecycle } from "./lifecycle.js"

test("is torn down once, whoever else stops it", async () => {
  const life = new Lifecycle()
  const tearDown = vi.fn(async () => {})
  const first = life.stop(tearDown, 1000)
  expect(life.stopping.aborted).toBe(true)
  await life.stop(tearDown, 1000, new Error("too late to matter"))
  await first
  await life.stopped
  expect(tearDown).toHaveBeenCalledTimes(1)
  expect(life.endsWell).toBe(true)
})

test("an error is the cause that stopped() rejects with; stop() itself resolves", async () => {
  const life = new Lifecycle()
  const error = new Error("no more lamps")
  await life.stop(async () => {}, 1000, error)
  const stopped = await life.stopped.catch((reason: unknown) => reason)
  expect(stopped).toBeInstanceOf(AgentStopped)
  expect(stopped).toMatchObject({ cause: error, message: expect.stringContaining("no more lamps") })
  expect(life.endsWell).toBe(false)
})

test("an AgentStopped is passed on as it is", async () => {
  const life = new Lifecycle()
  const error = new ReconnectTimeout("gone")
  await life.stop(async () => {}, 1000, error)
  await expect(life.stopped).rejects.toBe(error)
})

test("a tear-down that hangs does not keep it from stopping", async () => {
  const life = new Lifecycle()
  await life.stop(() => new Promise(() => {}), 20)
  await life.stopped
})

test("a tear-down that fails is told", async () => {
  const life = new Lifecycle()
  await life.stop(() => Promise.reject(new Error("cannot close")), 1000)
  await expect(life.stopped).rejects.toThrow("cannot close")
})

test("the second signal is raised again for whoever else is there; one of the same keystroke is not", () => {
  let nowMs = 1000
  const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs)
  const ours = vi.fn()
  const others = vi.fn()
  const release = catchSignals(["SIGUSR2"], ours)
  process.emit("SIGUSR2", "SIGUSR2")
  expect(ours).toHaveBeenCalledWith("SIGUSR2")
  const kill = vi.spyOn(process, "kill").mockImplementation(() => {
    others()
    return true
  })
  nowMs += 100
  process.emit("SIGUSR2", "SIGUSR2")
  expect(kill).not.toHaveBeenCalled()
  nowMs += 500
  process.emit("SIGUSR2", "SIGUSR2")
  expect(kill).toHaveBeenCalledWith(process.pid, "SIGUSR2")
  expect(ours).toHaveBeenCalledTimes(1)
  expect(process.listenerCount("SIGUSR2")).toBe(0)
  kill.mockRestore()
  clock.mockRestore()
  release()
})
