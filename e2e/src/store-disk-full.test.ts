import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { temporaryFolder } from "@metricq/testkit"
import { Timeline } from "@metricq/timeline"
import { expect, type TestContext, test } from "vitest"
import { noPositions, planColumns, planName, pointsOf } from "./load-plan.js"
import { describeOnSmallDisk, SmallDisk } from "./small-disk.js"
import { checkStore, copyStore } from "./store-check.js"

const FOR_EVER_NS = 4_000_000_000_000_000_000n
const CHUNK = 500

async function openOn(t: TestContext, disk: SmallDisk) {
  const folder = join(disk.folder, "store")
  const store = await Timeline.open(folder, { headBytes: 400_000, journalBytes: 300_000 })
  t.onTestFinished(() => store.close().catch(() => {}))
  const stored = noPositions()
  const append = async (metric: number) => {
    const from = stored[metric]![0]!
    await store.append(planName(metric), planColumns(metric, 0, from, CHUNK))
    stored[metric]![0] = from + CHUNK
  }
  /** Appends until the disk has said no ten times in a row: what is removed after a checkpoint may still make some space. */
  const untilFull = async () => {
    const errors: unknown[] = []
    for (let chunk = 0; errors.length < 10; chunk++) {
      if (chunk > 20_000) throw new Error("the disk takes everything")
      try {
        await append(chunk % 2)
        errors.length = 0
      } catch (error) {
        errors.push(error)
        await sleep(20)
      }
    }
    return errors
  }
  const points = async (metric: number) => (await store.raw(planName(metric), 0n, FOR_EVER_NS)).times.length
  return { folder, store, stored, append, untilFull, points }
}

describeOnSmallDisk("the store on a disk that is full", () => {
  test.for([
    ["no space", "size=4m", 1_500_000, 1],
    ["no files", "nr_inodes=24", 12, 12],
  ] as const)(
    "%s: nothing half-visible, a named error, and it goes on when there is space",
    { timeout: 120_000 },
    async ([, options, bytes, files], t) => {
      const disk = await SmallDisk.mount(t, options)
      disk.fill(bytes, files)
      const { folder, store, stored, append, untilFull, points } = await openOn(t, disk)
      const full = { name: "StorageError", code: "disk-full" }
      expect(await untilFull()).toEqual(new Array(10).fill(expect.objectContaining(full)))
      for (const metric of [0, 1]) expect(await points(metric)).toBe(stored[metric]![0])
      disk.free(files)
      await expect
        .poll(
          () =>
            append(0).then(
              () => "stored",
              (error: { code: string }) => error.code,
            ),
          { timeout: 20_000 },
        )
        .toBe("stored")
      await append(1)
      for (const metric of [0, 1]) expect(await points(metric)).toBe(stored[metric]![0])
      await store.close()
      const elsewhere = join(await temporaryFolder(t, "check"), "store")
      await copyStore(folder, elsewhere)
      expect(pointsOf((await checkStore(elsewhere, stored)).positions)).toBe(pointsOf(stored))
    },
  )
})
