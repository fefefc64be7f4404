import { expect, test } from "vitest"
import { Gate } from "./gate.js"

test("so many work at once, so many wait, the next is refused", async () => {
  const gate = new Gate(2, 1)
  const ends: (() => void)[] = []
  const work = () => gate.run(() => new Promise<void>((resolve) => ends.push(resolve)))
  const working = [work(), work(), work()]
  await expect(work()).rejects.toMatchObject({ code: "busy", status: 503 })
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await working[0]
  await Promise.resolve()
  expect(ends).toHaveLength(3)
  for (const end of ends) end()
  await Promise.all(working)
  expect(gate.running).toBe(0)
})

test("a failure gives its place back", async () => {
  const gate = new Gate(1, 0)
  await expect(gate.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
  expect(await gate.run(async () => 1)).toBe(1)
})
