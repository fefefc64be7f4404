import { cp, readdir } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { aggregateDifference } from "./testing/comparing.js"
import {
  fixtureGivenUp,
  fixtureOriginNs,
  fixtureParameters,
  fixturePoint,
  fixturePoints,
} from "./testing/format-fixture.js"
import { NaiveModel } from "./testing/naive-model.js"
import { Timeline } from "./timeline.js"

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url))
const second = 1_000_000_000n
const always = 2n ** 62n

const versions = (await readdir(FIXTURES)).filter((name) => name.startsWith("format-"))

test.for(versions)("a folder of %s opens, and says what it always said", async (version, t) => {
  const folder = join(await temporaryFolder(t), "store")
  await cp(join(FIXTURES, version), folder, { recursive: true })
  await using timeline = await Timeline.open(folder, { compaction: false })
  expect(timeline.status()).toMatchObject({ metrics: 3, damage: [], trouble: undefined })
  for await (const problem of timeline.verify()) expect.unreachable(problem.message)

  const { times, values } = fixturePoints(0, 2300)
  expect(await timeline.raw("lab.power", 0n, always)).toEqual({
    times: BigInt64Array.of(fixtureOriginNs - second, ...times),
    values: Float64Array.of(-1.5, ...values),
  })
  expect(timeline.info("lab.power")?.parameters).toEqual(fixtureParameters)
  const model = new NaiveModel(fixtureParameters.maxGapNs)
  model.append([{ ns: fixtureOriginNs - second, value: -1.5 }])
  model.append(Array.from(times, (ns, i) => ({ ns, value: values[i]! })))
  const { integralNs, activeTime, ...rest } = await timeline.aggregate("lab.power", 0n, always)
  const found = { ...rest, integral: integralNs, activeNs: Number(activeTime.ns) }
  expect(aggregateDifference(found, model.aggregate(0n, always))).toBeUndefined()

  const { before, last } = fixtureGivenUp
  const kept = await timeline.raw("lab.old", 0n, always)
  expect(kept.times[0]).toBeGreaterThan(fixtureOriginNs)
  expect(kept.times[0]).toBeLessThanOrEqual(fixtureOriginNs + BigInt(before) * second)
  const rows = await timeline.timeline("lab.old", 0n, always, 10n * second)
  expect(rows.times).toHaveLength(last / 10)
  for (const [i, maximum] of rows.aggregates.maximum.entries()) {
    // The first value of the next row holds back into this one.
    const reach = Array.from({ length: 11 }, (_, k) => fixturePoint(10 * i + k)).slice(0, i === last / 10 - 1 ? 10 : 11)
    expect(maximum).toBe(Math.max(...reach.filter((value) => !Number.isNaN(value))))
  }

  expect((await timeline.raw("lab.default", 0n, always)).times).toHaveLength(2)
  await expect(timeline.last("lab.gone")).rejects.toMatchObject({ code: "unknown-metric" })
  await timeline.append("lab.gone", fixturePoints(5, 6))
  await timeline.compact()
  expect(await timeline.raw("lab.gone", 0n, always)).toEqual(fixturePoints(5, 6))
})
