import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import { RESTORABLE_MS } from "./metadata-limits.js"
import { Purge } from "./purge.js"

/** Deleted metrics in memory: name and time. */
class Deleted {
  readonly times = new Map<string, string>()
  looks = 0

  add(name: string, ms: number): void {
    this.times.set(name, new Date(ms).toISOString())
  }

  get deletedCount(): number {
    return this.times.size
  }

  deletedBatch(after: string | undefined, limit: number) {
    this.looks++
    const names = [...this.times.keys()].sort().filter((name) => after === undefined || name > after)
    const none: JsonObject = {}
    return names.slice(0, limit).map((name) => ({
      ...{ name, deleted: { time: this.times.get(name)!, author: "ann", declared: none, overlay: none } },
    }))
  }

  purge(metrics: readonly { name: string }[]): void {
    for (const { name } of metrics) this.times.delete(name)
  }
}

function purging(max: number) {
  const deleted = new Deleted()
  return { deleted, purge: new Purge(deleted, async (action) => action(), max) }
}

test("what was deleted more than 30 days ago goes, at most once an hour", async () => {
  const { deleted, purge } = purging(10)
  const now = Date.now()
  deleted.add("old", now - RESTORABLE_MS - 1)
  deleted.add("young", now - RESTORABLE_MS + 1000)
  await purge.runIfDue(now)
  expect([...deleted.times.keys()]).toEqual(["young"])
  await purge.runIfDue(now + 60_000)
  expect(deleted.looks).toBe(1)
  await purge.runIfDue(now + 3_600_000)
  expect(deleted.times.size).toBe(0)
})

test("of too many, those deleted first go, at once", async () => {
  const { deleted, purge } = purging(1000)
  const now = Date.now()
  await purge.runIfDue(now)
  for (let i = 0; i < 1600; i++) deleted.add(`m.${i}`, now - i)
  await purge.runIfDue(now)
  expect(deleted.times.size).toBe(0)
})
