import { expect, test } from "vitest"
import { Slots } from "./slots.js"

const never = new AbortController().signal

test("so many at once, the others one after the other, in their order", async () => {
  const slots = new Slots(2, 10)
  const [first, second] = [await slots.take(never), await slots.take(never)]
  const entered: number[] = []
  const waiting = [3, 4].map((number) => slots.take(never).finally(() => entered.push(number)))
  expect(slots.waiting).toBe(2)
  first()
  first()
  const third = await waiting[0]!
  expect(entered).toEqual([3])
  second()
  third()
  await waiting[1]
  expect(slots.waiting).toBe(0)
})

test("a line that is full turns away, and one who gives up leaves it", async () => {
  const slots = new Slots(1, 1)
  const free = await slots.take(never)
  const controller = new AbortController()
  const given = slots.take(controller.signal)
  await expect(slots.take(never)).rejects.toThrow("1 requests are worked on and 1 wait: try again later")
  controller.abort(new Error("too late"))
  await expect(given).rejects.toThrow("too late")
  const next = slots.take(never)
  free()
  await next
})

test("more places count for those who wait", async () => {
  const slots = new Slots(1, 10)
  const free = await slots.take(never)
  const waiting = [slots.take(never), slots.take(never)]
  slots.resize(2, 10)
  await waiting[0]
  free()
  await waiting[1]
})
