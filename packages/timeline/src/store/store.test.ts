import fc from "fast-check"
import { expect, test } from "vitest"
import { SEEDS } from "../testing/drawn-points.js"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { type Step, Trial } from "../testing/trial.js"

/** Sequences tried by each test; twenty times as many take some minutes. */
const RUNS = Number(process.env.METRICQ_TEST_RUNS ?? 250)
/** That of a busy machine. */
const TIMEOUT_MS = 60_000 + RUNS * 200

const seed = fc.nat(SEEDS - 1)
const metric = fc.constantFrom("lab.a", "lab.b")

const append = fc.record({
  op: fc.constant("append" as const),
  metric,
  seeds: fc.array(seed, { minLength: 1, maxLength: 30 }),
  startNs: fc.nat(40).map((us) => us * 500),
  shuffle: fc.boolean(),
  far: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: append },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("checkpoint" as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("compact" as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("reopen" as const), kill: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("declare" as const), metric, choice: fc.nat(62) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("delete" as const), metric }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("deleteRange" as const), metric, seed }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("rename" as const), metric, name: metric }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("check" as const), metric, seed }) },
)

test(
  "whatever is done to a store, it answers as the plain model does",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), seed, async (steps, drawn) => {
        const trial = new Trial(new TestDisk(seededRandom(drawn)))
        await trial.open()
        for (const step of steps) await trial.run(step)
        await trial.checkAll(drawn)
        await trial.timeline.close()
      }),
      { numRuns: RUNS },
    )
  },
  TIMEOUT_MS,
)

const steps = fc.array(step, { minLength: 3, maxLength: 25 })
const always = 2n ** 62n

test(
  "after a loss of power nothing acknowledged is missing, and nothing is there that nobody appended",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, seed, fc.integer({ min: 1, max: 250 }), async (drawnSteps, drawn, cut) => {
        const trial = new Trial(new TestDisk(seededRandom(drawn)))
        trial.disk.faults = { powerCutAt: cut }
        await trial.open().catch(() => {})
        for (const each of drawnSteps) {
          if (each.op !== "reopen" && each.op !== "check" && each.op !== "declare") await trial.attempt(each)
        }
        await trial.timeline?.close().catch(() => {})
        trial.disk = trial.disk.afterPowerCut()
        await trial.open()
        await trial.checkSurvivors(drawn)
        await trial.run({ op: "append", metric: "lab.a", seeds: [drawn], startNs: 5, shuffle: false, far: 0 })
        await trial.run({ op: "reopen", kill: drawn % 2 === 0 })
        for (const name of trial.models.keys()) await trial.check(name, drawn)
        await trial.timeline.close()
      }),
      { numRuns: RUNS },
    )
  },
  TIMEOUT_MS,
)

test(
  "when an operation of the disk fails, only what was refused is missing",
  async () => {
    const failures = fc.record({
      operation: fc.integer({ min: 10, max: 200 }),
      code: fc.constantFrom("ENOSPC", "EIO", "EROFS"),
    })
    await fc.assert(
      fc.asyncProperty(steps, seed, failures, async (drawnSteps, drawn, failAt) => {
        const trial = new Trial(new TestDisk(seededRandom(drawn)))
        await trial.open()
        trial.disk.faults = { failAt }
        for (const each of drawnSteps) {
          if (each.op === "reopen" || each.op === "declare") continue
          const isWell = await trial.attempt(each)
          // Of a deletion that failed nobody knows whether it has taken place.
          if (!isWell && each.op.startsWith("delete")) return trial.timeline.close()
          if (isWell || each.op !== "rename") continue
          trial.disk.faults = {}
          await trial.checkSurvivors(drawn)
          return trial.timeline.close()
        }
        trial.disk.faults = {}
        for (const name of trial.models.keys()) await trial.check(name, drawn)
        await trial.run({ op: "reopen", kill: drawn % 2 === 0 })
        for (const name of trial.models.keys()) await trial.check(name, drawn)
        await trial.timeline.close()
      }),
      { numRuns: RUNS },
    )
  },
  TIMEOUT_MS,
)

test("a full disk refuses appends, leaves nothing of them, and takes them again when there is room", async () => {
  const disk = new TestDisk(seededRandom(1))
  const trial = new Trial(disk)
  await trial.open()
  const append = (first: bigint, count: number) => {
    const times = BigInt64Array.from({ length: count }, (_, i) => first + BigInt(i * i))
    return trial.timeline.append("lab.a", { times, values: new Float64Array(count) })
  }
  await append(1n, 10)
  disk.faults = { capacity: 2000 }
  await expect(append(1000n, 1000)).rejects.toMatchObject({ name: "StorageError", code: "disk-full" })
  expect((await trial.timeline.raw("lab.a", 0n, always)).times).toHaveLength(10)
  await append(2000n, 5)
  disk.faults = { readOnly: true }
  await expect(append(3000n, 5)).rejects.toMatchObject({ code: "read-only" })
  disk.faults = {}
  await append(4000n, 5)
  expect((await trial.timeline.raw("lab.a", 0n, always)).times).toHaveLength(20)
  await trial.run({ op: "reopen", kill: true })
  expect((await trial.timeline.raw("lab.a", 0n, always)).times).toHaveLength(20)
  await trial.timeline.close()
})
