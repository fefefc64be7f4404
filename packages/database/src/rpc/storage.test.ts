import { Timeline } from "@metricq/timeline"
import { expect, test } from "vitest"
import { StoragePlan } from "../configuration/storage-plan.js"
import { databaseFolder } from "../testing/started-database.js"
import { storageOf } from "./storage.js"

const SECOND_NS = 1_000_000_000n
const ten = {
  times: BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i + 1) * SECOND_NS),
  values: Float64Array.from({ length: 10 }, (_, i) => i),
}

test("what is stored of a metric is told with its rule, before and after it has reached the disk", async (t) => {
  const store = await Timeline.open(await databaseFolder(t))
  t.onTestFinished(() => store.close())
  const plan = new StoragePlan("db-test", {
    metrics: {
      "lab.named": { interval_min: "10s", interval_max: "1000s", retention: { raw: "90d", levels: { "10s": "730d" } } },
    },
    patterns: ["lab.**"],
    retention: { raw: "365d" },
  })
  for (const { name, levels } of plan.named) await store.declare(name, levels)
  for (const metric of ["lab.named", "lab.other", "old.metric"]) await store.append(metric, ten)
  expect(storageOf({ store, plan }, "lab.named")).toEqual({
    metric: "lab.named",
    by: "metrics",
    ...{ points: 10, inMemory: 10, bytes: 0, first: "1000000000", last: "10000000000" },
    rows: ["10000000000", "100000000000", "1000000000000"],
    maxGap: null,
    retention: { raw: "90d", levels: { "10s": "730d" } },
  })
  expect(storageOf({ store, plan }, "lab.other")).toMatchObject({
    by: "patterns",
    retention: { raw: "365d" },
  })
  expect(storageOf({ store, plan }, "old.metric")).toMatchObject({
    by: null,
    retention: { raw: "365d" },
  })
  await store.checkpoint()
  const { inMemory, bytes, points } = storageOf({ store, plan }, "lab.named")
  expect([inMemory, points]).toEqual([0, 10])
  expect(bytes).toBeGreaterThan(10)
  expect(() => storageOf({ store, plan }, "no.such")).toThrow("nothing is stored of no.such")
})
