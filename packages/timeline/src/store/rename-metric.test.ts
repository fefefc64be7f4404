import { expect, test } from "vitest"
import { defaultLevelParameters } from "../level-parameters.js"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { Timeline } from "../timeline.js"

const FOLDER = "/store"
const always = [0n, 2n ** 62n] as const

function open(disk: TestDisk) {
  return Timeline.open(FOLDER, {
    disk,
    lock: false,
    tuning: { blockPoints: 8, runPoints: 40, pointsPerRow: 2 },
  } as object)
}

async function append(timeline: Timeline, metric: string, fromNs: number, count: number) {
  const times = BigInt64Array.from({ length: count }, (_, i) => BigInt(fromNs + i))
  await timeline.append(metric, { times, values: Float64Array.from(times, Number) })
}

async function timesOf(timeline: Timeline, metric: string) {
  const { times, values } = await timeline.raw(metric, ...always)
  expect([...values]).toEqual(Array.from(times, Number))
  return [times.length, Number(times[0]), Number(times.at(-1))]
}

test("only the name changes: no segment is written, and the new name is there after a crash", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk)
  await append(timeline, "lab.old", 1, 500)
  await timeline.checkpoint()
  await append(timeline, "lab.old", 600, 50)
  const before = [...disk.files()].filter(([name]) => name.includes("segment"))
  expect(await timeline.renameOutlook("lab.old", "lab.new")).toEqual({ how: "rename", points: 550 })
  expect(await timeline.rename("lab.old", "lab.new")).toEqual({ how: "rename", points: 550 })
  expect([...disk.files()].filter(([name]) => name.includes("segment"))).toEqual(before)
  const again = await open(disk.afterPowerCut())
  expect(again.metrics()).toEqual(["lab.new"])
  expect(await timesOf(again, "lab.new")).toEqual([550, 1, 649])
  await append(again, "lab.old", 1000, 1)
  expect(await timesOf(again, "lab.old")).toEqual([1, 1000, 1000])
})

test.each([
  ["old one", 500, 30],
  ["new one", 30, 500],
])("where both have a history the smaller is put to the other: the %s is longer", async (_, olds, news) => {
  const timeline = await open(new TestDisk(seededRandom(2)))
  await append(timeline, "lab.old", 1, olds)
  await append(timeline, "lab.new", 1000, news)
  await timeline.checkpoint()
  expect(await timeline.rename("lab.old", "lab.new")).toEqual({ how: "merge", points: olds, poured: 30 })
  expect(timeline.metrics()).toEqual(["lab.new"])
  expect(await timesOf(timeline, "lab.new")).toEqual([530, 1, 999 + news])
  const { count } = await timeline.aggregate("lab.new", ...always)
  expect(count).toBe(530)
})

test("what the new name has of the same time, or what has been given up of both, is not touched", async () => {
  const timeline = await open(new TestDisk(seededRandom(3)))
  await append(timeline, "lab.old", 1, 100)
  await append(timeline, "lab.new", 50, 10)
  await timeline.append("lab.new", { times: BigInt64Array.of(60n), values: Float64Array.of(-1) })
  const refused = { how: "refused", points: 100, reason: "both have points of the same time" }
  expect(await timeline.renameOutlook("lab.old", "lab.new")).toEqual(refused)
  await expect(timeline.rename("lab.old", "lab.new")).rejects.toMatchObject({
    code: "has-history",
    message: "lab.old cannot become lab.new: both have points of the same time",
  })
  expect(await timesOf(timeline, "lab.old")).toEqual([100, 1, 100])
  await expect(timeline.rename("lab.none", "lab.new")).rejects.toMatchObject({ code: "unknown-metric" })
  await expect(timeline.rename("lab.old", "")).rejects.toMatchObject({ code: "metric-name" })
})

test("one that lies in a gap of the other is put there, also if it is the longer one", async () => {
  const timeline = await open(new TestDisk(seededRandom(7)))
  await append(timeline, "lab.old", 100, 60)
  await append(timeline, "lab.new", 1, 20)
  await append(timeline, "lab.new", 200, 20)
  expect(await timeline.rename("lab.old", "lab.new")).toEqual({ how: "merge", points: 60, poured: 60 })
  expect(await timesOf(timeline, "lab.new")).toEqual([100, 1, 219])
})

test("a merge that was interrupted goes on, as points that are equal do not contradict each other", async () => {
  const timeline = await open(new TestDisk(seededRandom(4)))
  await append(timeline, "lab.old", 100, 20)
  await append(timeline, "lab.new", 1, 90)
  // As it is after a crash: some have been poured, newer ones have come since.
  await append(timeline, "lab.new", 100, 7)
  await append(timeline, "lab.new", 300, 50)
  expect(await timeline.rename("lab.old", "lab.new")).toMatchObject({ how: "merge", poured: 20 })
  expect(await timesOf(timeline, "lab.new")).toEqual([160, 1, 349])
})

test("nothing that comes meanwhile is lost, under either name", async () => {
  const timeline = await open(new TestDisk(seededRandom(5)))
  await append(timeline, "lab.old", 1, 200)
  await append(timeline, "lab.new", 10_000, 20)
  const appended: Promise<void>[] = []
  let next = 20_000
  const renamed = timeline.rename("lab.old", "lab.new")
  let isDone = false
  void renamed.finally(() => {
    isDone = true
  })
  while (!isDone) {
    appended.push(append(timeline, "lab.new", next++, 1))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await renamed
  await Promise.all(appended)
  expect(await timesOf(timeline, "lab.new")).toEqual([220 + appended.length, 1, next - 1])
})

test("a name that was only declared gives way", async () => {
  const timeline = await open(new TestDisk(seededRandom(6)))
  await append(timeline, "lab.old", 1, 10)
  await timeline.declare("lab.new", { ...defaultLevelParameters, maxGapNs: 5n })
  expect(await timeline.rename("lab.old", "lab.new")).toEqual({ how: "rename", points: 10 })
  expect(timeline.metrics()).toEqual(["lab.new"])
})
