import { expect, test } from "vitest"
import { limitedSignal } from "./limited-signal.js"

const aborted = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener("abort", resolve))

test("it aborts with the other signal, at once if that has aborted already", async () => {
  const outer = new AbortController()
  const limit = limitedSignal(outer.signal, 60_000)
  outer.abort(new Error("enough"))
  expect(limit.reason).toMatchObject({ message: "enough" })
  expect(limitedSignal(outer.signal, 60_000).aborted).toBe(true)
})

test("it aborts when the time is over", async () => {
  const limit = limitedSignal(new AbortController().signal, 20)
  const keepAlive = setTimeout(() => undefined, 60_000)
  await aborted(limit)
  clearTimeout(keepAlive)
  expect(limit.reason).toMatchObject({ message: "no answer within 0.02 s" })
})
