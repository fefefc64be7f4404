import { type Columns, silentLogger } from "@metricq/client"
import { defaultLevelParameters, type LevelParameters, type MetricInfo } from "@metricq/timeline"
import { expect, onTestFinished, test } from "vitest"
import { StoragePlan } from "./configuration/storage-plan.js"
import { Ingest } from "./ingest.js"
import { levelsFor } from "./metrics/level-choice.js"
import { MetricBook } from "./metrics/metric-book.js"
import { Registrar } from "./metrics/registrar.js"
import { WorkMeter } from "./self-metrics/work-meter.js"

const S = 1_000_000_000n

const silent = { metadata: async () => ({}), declare: async () => {}, subscribe: async () => {} }

/** A store in memory that has only lengths, and an ingest into it. */
function setUp(document: object) {
  const points = new Map<string, number>()
  const levels = new Map<string, LevelParameters>()
  const warnings: string[] = []
  const subscribed: string[] = []
  const waiting: (() => void)[] = []
  let failure: Error | undefined
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const logger = { ...silentLogger, warn: (line: string) => void warnings.push(line) }
  const registrar = new Registrar({
    logger,
    stopping: controller.signal,
    metadata: async () => ({}),
    declare: async (name, chosen) => void levels.set(name, chosen),
    subscribe: async (names) => {
      subscribed.push(...names)
      for (const wake of waiting.splice(0)) wake()
    },
  })
  const info = (name: string): MetricInfo | undefined =>
    points.has(name)
      ? {
          name,
          parameters: levels.get(name) ?? defaultLevelParameters,
          firstNs: S,
          lastNs: 2n * S,
          points: points.get(name)!,
          inMemory: 0,
          bytes: 0,
        }
      : undefined
  const store = {
    append: async (name: string, { times }: Columns) => {
      if (failure) throw failure
      points.set(name, (points.get(name) ?? 0) + times.length)
    },
    metrics: () => [...points.keys()],
    info,
  }
  const book = new MetricBook(new StoragePlan("db", document), store, registrar, logger)
  const meter = new WorkMeter({ waitingIsWork: true })
  const ingest = new Ingest({ store, book, registrar, meter, logger })
  return {
    ...{ points, levels, warnings, subscribed, book, meter, ingest, signal: controller.signal },
    take: (input: string, count = 1, fromNs = 1000n * S) =>
      ingest.take(input, {
        times: BigInt64Array.from({ length: count }, (_, i) => fromNs + BigInt(i) * S),
        values: new Float64Array(count),
      }),
    failWith: (error: Error | undefined) => {
      failure = error
    },
    untilSubscribed: () => new Promise<void>((resolve) => waiting.push(resolve)),
  }
}

test("points are stored under the name that the configuration gives them, others are counted", async () => {
  const { take, points, ingest, subscribed, untilSubscribed } = setUp({
    metrics: { "lab.a": { input: "lab.a.100Hz" } },
    patterns: ["hall.**"],
  })
  await Promise.all([take("lab.a.100Hz", 3), take("hall.b", 2)])
  expect(take("lab.a", 5)).toBeUndefined()
  expect(take("else.where", 7)).toBeUndefined()
  expect(Object.fromEntries(points)).toEqual({ "lab.a": 3, "hall.b": 2 })
  expect(ingest.stats).toMatchObject({ stored: 5, ignored: 12 })
  await untilSubscribed()
  expect(subscribed).toEqual(["hall.b"])
})

test("what fails is not stored, and counted", async () => {
  const { take, failWith, ingest, meter } = setUp({ patterns: ["**"] })
  failWith(new Error("disk is full"))
  await expect(take("lab.a")).rejects.toThrow("disk is full")
  expect(ingest.trouble).toBe("disk is full")
  failWith(undefined)
  await take("lab.a")
  expect(ingest.trouble).toBeUndefined()
  expect(ingest.stats.stored).toBe(1)
  expect(meter.sample()).toMatchObject({
    pendingCount: 0,
    activeCount: 0,
    failedCount: 1,
    utilization: expect.any(Number),
  })
})

test("chunks that one sync makes safe get one promise, and are counted together", async () => {
  const { book, meter, signal } = setUp({ patterns: ["**"] })
  let sync = () => {}
  const begin = () => new Promise<void>((resolve) => (sync = resolve))
  let safe = begin()
  const store = { append: () => safe }
  const registrar = new Registrar({ ...silent, logger: silentLogger, stopping: signal })
  const shared = new Ingest({ store, book, registrar, meter, logger: silentLogger })
  const chunk = { times: BigInt64Array.of(S, 2n * S), values: new Float64Array(2) }
  const first = shared.take("lab.a", chunk)
  expect(shared.take("lab.b", chunk)).toBe(first)
  expect(meter.pending).toBe(2)
  const end = sync
  safe = begin()
  const second = shared.take("lab.a", chunk)
  expect(second).not.toBe(first)
  end()
  await first
  expect(shared.stats.stored).toBe(4)
  expect(meter.pending).toBe(1)
  sync()
  await second
  expect(shared.stats.stored).toBe(6)
})

test("infinite values and times far ahead are counted, and told once a minute", async () => {
  const { ingest, warnings } = setUp({ patterns: ["**"] })
  const ahead = BigInt(Date.now()) * 1_000_000n + 2n * 86_400n * S
  const values = Float64Array.of(1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN)
  for (let i = 0; i < 2; i++)
    await ingest.take("lab.a", { times: BigInt64Array.of(S, 2n * S, ahead, ahead + 1n), values })
  await ingest.take("lab.a", { times: BigInt64Array.of(ahead - 86_500n * S), values: Float64Array.of(1) })
  expect(ingest.stats).toMatchObject({ infinite: 4, future: 4 })
  expect(warnings).toEqual([
    "lab.a: 2 infinite values are not stored",
    "lab.a: 2 points are more than a day ahead: a clock is wrong",
  ])
})

test("there are no more metrics than the configuration allows", async () => {
  const { take, points, warnings } = setUp({ metrics: { "lab.z": {} }, patterns: ["**"], limits: { metrics: 2 } })
  for (const name of ["lab.a", "lab.b", "lab.c", "lab.a", "lab.z"]) await take(name)
  expect(Object.fromEntries(points)).toEqual({ "lab.a": 2, "lab.b": 1, "lab.z": 1 })
  expect(warnings[0]).toMatch(/lab.c are not stored: there are 2 metrics, the most that limits.metrics allows/)
})

test("a routing key that is no name is not stored", async () => {
  const { take, points } = setUp({ patterns: ["**"] })
  await take("_hidden")
  expect(points.size).toBe(0)
})

test("levels of a metric without metadata follow from its points, also if they come in one chunk", async () => {
  const { take, levels, untilSubscribed } = setUp({ patterns: ["**"] })
  await take("lab.a", 20)
  await untilSubscribed()
  expect(levels.get("lab.a")).toEqual(levelsFor(S))
})

test("another plan counts from the next chunk on, and levels of what it changes are chosen anew", async () => {
  const { take, book, points, levels, signal, untilSubscribed } = setUp({ patterns: ["**"] })
  await Promise.all([take("lab.a", 20), take("hall.a", 20)])
  await untilSubscribed()
  await book.follow(
    new StoragePlan("db", {
      patterns: [{ pattern: "lab.**", maxGap: "forever" }],
      metrics: { "x.y": { input: "hall.a" } },
    }),
    signal,
  )
  await Promise.all([take("lab.a"), take("hall.a"), take("hall.b")])
  expect(Object.fromEntries(points)).toEqual({ "lab.a": 21, "hall.a": 20, "x.y": 1 })
  await untilSubscribed()
  expect(levels.get("lab.a")).toEqual({ ...levelsFor(S), maxGapNs: undefined })
})

test("a deleted metric that comes again is a new one", async () => {
  const { take, book, points, subscribed, untilSubscribed } = setUp({ patterns: ["**"] })
  await take("lab.a")
  await untilSubscribed()
  points.delete("lab.a")
  book.forget(new Set(["lab.a"]))
  await take("lab.a")
  await untilSubscribed()
  expect(subscribed).toEqual(["lab.a", "lab.a"])
})
