import { expect, test } from "vitest"
import { mapBounded } from "./bounded.js"

test("results come in the order of the items, and no more than so many are under way", async () => {
  let running = 0
  let most = 0
  const results = await mapBounded([5, 1, 3, 0, 2], 2, async (item, index) => {
    running += 1
    most = Math.max(most, running)
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve()
    running -= 1
    return `${index}:${item}`
  })
  expect(results).toEqual(["0:5", "1:1", "2:3", "3:0", "4:2"])
  expect(most).toBe(2)
  expect(await mapBounded([], 2, async () => 1)).toEqual([])
})

test("the first error ends it", async () => {
  const failing = mapBounded([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error("no 2")
    return item
  })
  await expect(failing).rejects.toThrow("no 2")
})
