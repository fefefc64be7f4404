import { expect, test } from "vitest"
import { inParts } from "./in-parts.js"

const names = Array.from({ length: 25 }, (_, i) => `m${i}`)

test("every name has its turn, and what was done is told", async () => {
  const told: number[] = []
  const sizes: number[] = []
  const outcome = await inParts(
    names,
    10,
    async (part) => {
      sizes.push(part.length)
      return part.filter((name) => name !== "m3")
    },
    (tried) => told.push(tried),
  )
  expect([sizes, told]).toEqual([
    [10, 10, 5],
    [10, 20, 25],
  ])
  expect(outcome).toEqual({ done: names.filter((name) => name !== "m3"), failed: [] })
})

test("one part that fails does not keep the others from being done", async () => {
  const outcome = await inParts(names, 10, async (part) => {
    if (part.includes("m10")) throw new Error("busy")
    return part
  })
  expect(outcome.done.length).toBe(15)
  expect(outcome.failed).toEqual([{ count: 10, message: "busy" }])
})

test("when nothing goes any more, the rest is not tried", async () => {
  let tried = 0
  const outcome = await inParts(names, 5, async () => {
    tried++
    throw new Error("away")
  })
  expect(tried).toBe(3)
  expect(outcome).toEqual({ done: [], failed: [{ count: 25, message: "away" }] })
})

test("who has enough stops it between two parts", async () => {
  const ending = new AbortController()
  const each = async (part: string[]) => {
    ending.abort()
    return part
  }
  expect(await inParts(names, 10, each, undefined, ending.signal)).toEqual({ done: names.slice(0, 10), failed: [] })
})
