import { expect, test } from "vitest"
import { StorageError } from "../errors.js"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { Timeline } from "../timeline.js"
import type { StoreOptions } from "./options.js"
import type { StoreProblem } from "./verify.js"

const FOLDER = "/store"

/** That of a busy machine. */
const TIMEOUT_MS = 120_000

const originNs = 1_600_000_000_000_000_000n
const always = 2n ** 62n
const parameters = { intervalMinNs: 10_000n, intervalMaxNs: 1_000_000n, intervalFactor: 10, maxGapNs: undefined }

function open(disk: TestDisk): Promise<Timeline> {
  const options: Partial<StoreOptions> = {
    disk,
    lock: false,
    compaction: false,
    tuning: { blockPoints: 16, runPoints: 1000, pointsPerRow: 2 },
  }
  return Timeline.open(FOLDER, options)
}

function points(first: number, count: number) {
  return {
    times: BigInt64Array.from({ length: count }, (_, i) => originNs + BigInt((first + i) * 1000)),
    values: Float64Array.from({ length: count }, (_, i) => ((first + i) * 7919) % 1000),
  }
}

/** A store with two segments, one of them merged, and a journal of three frames. */
async function filledDisk(): Promise<TestDisk> {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk)
  for (const metric of ["lab.a", "lab.b"]) await timeline.declare(metric, parameters)
  for (const first of [0, 40]) {
    for (const metric of ["lab.a", "lab.b"]) await timeline.append(metric, points(first, 40))
    await timeline.checkpoint()
  }
  await timeline.compact()
  for (const metric of ["lab.a", "lab.b"]) await timeline.append(metric, points(80, 40))
  await timeline.checkpoint()
  for (const first of [120, 140, 160]) await timeline.append("lab.a", points(first, 20))
  await timeline.close()
  return disk
}

/** What a store answers to some questions; a named error where something is damaged. */
async function answers(timeline: Timeline, metric: string): Promise<unknown[]> {
  const ask = async (question: Promise<unknown>) => {
    try {
      return await question
    } catch (error) {
      expect(error).toBeInstanceOf(StorageError)
      expect(error).toMatchObject({ code: "damaged", message: expect.stringContaining(metric) })
      return "damaged"
    }
  }
  return [
    await ask(timeline.raw(metric, 0n, always)),
    await ask(timeline.raw(metric, originNs + 20_000n, originNs + 30_000n)),
    await ask(timeline.aggregate(metric, 0n, always)),
    await ask(timeline.aggregate(metric, originNs + 3500n, originNs + 90_500n)),
    await ask(timeline.timeline(metric, originNs, originNs + 200_000n, 10_000n)),
    await ask(timeline.last(metric)),
  ]
}

function flipped(files: ReadonlyMap<string, Uint8Array>, path: string, position: number, bit: number): TestDisk {
  const bytes = files.get(path)!.slice()
  bytes[position]! ^= 1 << bit
  return new TestDisk(seededRandom(1), new Map([...files, [path, bytes]]))
}

async function problemsOf(timeline: Timeline): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = []
  for await (const problem of timeline.verify()) problems.push(problem)
  return problems
}

test("an intact store has no problems", async () => {
  const timeline = await open(await filledDisk())
  const seen: number[] = []
  for await (const problem of timeline.verify({ onProgress: (done, all) => seen.push(done / all) })) {
    expect.unreachable(problem.message)
  }
  expect(seen.at(-1)).toBe(1)
  await timeline.close()
})

test(
  "a bit flipped anywhere is found, gives the right answer or a named error, and never keeps the store from opening",
  async () => {
    const disk = await filledDisk()
    const intact = await open(disk.afterKill())
    const right = new Map([
      ["lab.a", await answers(intact, "lab.a")],
      ["lab.b", await answers(intact, "lab.b")],
    ])
    await intact.close()
    const files = disk.files()
    const random = seededRandom(2)
    let damaged = 0
    for (const [path, bytes] of files) {
      if (path.includes("journal")) continue
      for (let position = 0; position < bytes.length; position += bytes.length > 2000 ? 5 : 1) {
        const timeline = await open(flipped(files, path, position, Math.floor(random() * 8)))
        for (const [metric, expected] of right) {
          for (const [i, answer] of (await answers(timeline, metric)).entries()) {
            if (answer === "damaged") damaged++
            else expect(answer, `byte ${position} of ${path}`).toEqual(expected[i])
          }
        }
        expect(await problemsOf(timeline), `byte ${position} of ${path}`).not.toEqual([])
        await timeline.close()
      }
    }
    expect(damaged).toBeGreaterThan(100)
  },
  TIMEOUT_MS,
)

test(
  "of a damaged journal every other frame is taken, and the damage is told",
  async () => {
    const disk = await filledDisk()
    const files = disk.files()
    const path = [...files.keys()].find((name) => name.includes("journal"))!
    const right = points(0, 180)
    for (let position = 0; position < files.get(path)!.length; position++) {
      const timeline = await open(flipped(files, path, position, position % 8))
      const { times, values } = await timeline.raw("lab.a", 0n, always)
      const missing = right.times.length - times.length
      expect([0, 20]).toContain(missing)
      for (const [i, ns] of times.entries()) expect(values[i]).toBe(((Number(ns - originNs) / 1000) * 7919) % 1000)
      const isEnd = position >= files.get(path)!.length - 24
      expect(timeline.status().damage.length, `byte ${position}`).toBe(isEnd ? 0 : 1)
      await timeline.close()
    }
  },
  TIMEOUT_MS,
)

test("of a journal cut anywhere every whole frame is taken", async () => {
  const disk = await filledDisk()
  const files = disk.files()
  const path = [...files.keys()].find((name) => name.includes("journal"))!
  const bytes = files.get(path)!
  let before = 120
  for (let length = 0; length <= bytes.length; length++) {
    const timeline = await open(new TestDisk(seededRandom(1), new Map([...files, [path, bytes.slice(0, length)]])))
    const { times } = await timeline.raw("lab.a", 0n, always)
    expect(times.length === before || times.length === before + 20).toBe(true)
    expect(timeline.status().damage).toEqual([])
    before = times.length
    await timeline.close()
  }
  expect(before).toBe(180)
})

test(
  "a segment cut anywhere still gives what is whole, or a named error",
  async () => {
    const disk = await filledDisk()
    const files = disk.files()
    const intact = await open(disk.afterKill())
    const right = (await intact.raw("lab.a", 0n, always)).times.length
    await intact.close()
    for (const [path, bytes] of files) {
      if (!path.includes("segment")) continue
      for (let length = 0; length < bytes.length; length++) {
        const timeline = await open(new TestDisk(seededRandom(1), new Map([...files, [path, bytes.slice(0, length)]])))
        const [raw] = await answers(timeline, "lab.a")
        if (raw !== "damaged") expect((raw as { times: BigInt64Array }).times.length).toBeLessThanOrEqual(right)
        expect(timeline.status().damage.length).toBeGreaterThan(0)
        await timeline.close()
      }
    }
  },
  TIMEOUT_MS,
)
