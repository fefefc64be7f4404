import { expect, test } from "vitest"
import { unannounced } from "./unannounced.js"

const names = Array.from({ length: 2500 }, (_, i) => `lab.m${i}`)
const running = new AbortController().signal

test("finds the names that the manager does not know, in batches", async () => {
  const asked: number[] = []
  const historic = async (some: string[]) => {
    asked.push(some.length)
    return Object.fromEntries(some.filter((name) => !name.endsWith("7")).map((name) => [name, {}]))
  }
  const found: string[] = []
  for await (const batch of unannounced(names, historic, running)) found.push(...batch)
  expect(asked).toEqual([1000, 1000, 500])
  expect(found).toEqual(names.filter((name) => name.endsWith("7")))
})

test("ends when it is to stop, also while it asks", async () => {
  const stopping = new AbortController()
  const found = unannounced(names, async () => ({}), stopping.signal)
  expect((await found.next()).value).toHaveLength(1000)
  stopping.abort()
  expect((await found.next()).done).toBe(true)
})
