import { expect, test } from "vitest"
import { Slots } from "./slots.js"

const never = new AbortController().signal

test("no more than the places are taken, and who waits comes in order", async () => {
  const slots = new Slots(2)
  const order: string[] = []
  const [first, second] = [await slots.take(never), await slots.take(never)]
  const enter = async (name: string) => {
    const leave = await slots.take(never)
    order.push(name)
    return leave
  }
  const third = enter("third")
  const fourth = enter("fourth")
  await Promise.resolve()
  expect(order).toEqual([])
  first()
  first()
  ;(await third)()
  await fourth
  expect(order).toEqual(["third", "fourth"])
  second()
})

test("who stops waiting leaves no hole", async () => {
  const slots = new Slots(1)
  const leave = await slots.take(never)
  const impatient = new AbortController()
  const waiting = slots.take(impatient.signal)
  impatient.abort(new Error("enough"))
  await expect(waiting).rejects.toThrow("enough")
  leave()
  ;(await slots.take(never))()
})
