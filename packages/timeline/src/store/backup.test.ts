import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Columns } from "@metricq/protocol"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { Timeline } from "../timeline.js"

const always = 2n ** 62n

function points(first: number, count: number): Columns {
  return {
    times: BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i)),
    values: Float64Array.from({ length: count }, (_, i) => first + i),
  }
}

const segments = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("segment"))

test.for([true, false])("a backup is a store, and takes only what is new (links: %s)", async (link, t) => {
  const folder = await temporaryFolder(t)
  const [store, backup, restored] = ["store", "backup", "restored"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await using timeline = await Timeline.open(store)
  await timeline.append("lab.a", points(1, 1000))
  const first = await timeline.backup(backup, { link })
  expect(first).toMatchObject({ segments: 1, newBytes: first.bytes })
  await timeline.append("lab.a", points(1001, 10))
  const progress: number[] = []
  const second = await timeline.backup(backup, { link, onProgress: (done, all) => progress.push(done / all) })
  expect(second.segments).toBe(2)
  expect(second.newBytes).toBe(second.bytes - first.bytes)
  expect(progress.at(-1)).toBe(1)
  const name = segments(backup)[0]!
  expect(statSync(join(backup, name)).nlink).toBe(link ? 2 : 1)

  await timeline.append("lab.a", points(5000, 10))
  await Timeline.restore(backup, restored)
  for (const copy of [backup, restored]) {
    await using other = await Timeline.open(copy)
    expect(await other.raw("lab.a", 0n, always)).toEqual(points(1, 1010))
    await other.append("lab.b", points(1, 1))
  }
  expect(statSync(join(restored, name)).nlink).toBe(1)

  // What was written to the backup meanwhile goes with the next one, but for a copy that was made of it.
  await Timeline.restore(backup, join(folder, "copy"))
  await using copied = await Timeline.open(join(folder, "copy"))
  expect(copied.metrics().sort()).toEqual(["lab.a", "lab.b"])
  await timeline.backup(backup)
  {
    await using other = await Timeline.open(backup)
    expect(other.metrics()).toEqual(["lab.a"])
    await other.append("lab.b", points(1, 1))
    await other.checkpoint()
  }
  await expect(timeline.backup(backup)).rejects.toMatchObject({ code: "format" })
  expect((await timeline.raw("lab.a", 0n, always)).times).toHaveLength(1020)
})

test("what an interrupted backup has left is removed by the next", async (t) => {
  const folder = await temporaryFolder(t)
  await using timeline = await Timeline.open(join(folder, "store"))
  await timeline.append("lab.a", points(1, 10))
  await timeline.backup(join(folder, "backup"))
  for (const name of ["segment-00000009.new", "segment-00000007"]) writeFileSync(join(folder, "backup", name), "half")
  await timeline.backup(join(folder, "backup"))
  expect(segments(join(folder, "backup"))).toEqual(["segment-00000001"])
})

test("what the store has merged or deleted goes from the backup, too", async (t) => {
  const folder = await temporaryFolder(t)
  await using timeline = await Timeline.open(join(folder, "store"))
  for (const first of [1, 100, 200]) {
    await timeline.append("lab.a", points(first, 10))
    await timeline.checkpoint()
  }
  await timeline.backup(join(folder, "backup"))
  expect(segments(join(folder, "backup"))).toHaveLength(3)
  await timeline.compact()
  await timeline.backup(join(folder, "backup"))
  expect(segments(join(folder, "backup"))).toEqual(segments(join(folder, "store")))
})

test("backups of another store, folders in use and damage are refused", async (t) => {
  const folder = await temporaryFolder(t)
  const path = (name: string) => join(folder, name)
  await using timeline = await Timeline.open(path("store"))
  await timeline.append("lab.a", points(1, 1000))
  await timeline.backup(path("backup"))
  await using other = await Timeline.open(path("other"))
  await expect(other.backup(path("backup"))).rejects.toMatchObject({ code: "format" })
  await expect(timeline.backup(path("other"))).rejects.toMatchObject({ code: "in-use" })
  await expect(Timeline.restore(path("backup"), path("other"))).rejects.toMatchObject({ code: "format" })
  await expect(Timeline.restore(path("nothing"), path("new"))).rejects.toMatchObject({ code: "format" })
  await timeline.backup(path("copy"), { link: false })
  const segment = join(path("copy"), segments(path("copy"))[0]!)
  const bytes = readFileSync(segment)
  bytes[100]! ^= 4
  writeFileSync(segment, bytes)
  const damaged = { code: "damaged", message: expect.stringContaining(segment) }
  await expect(Timeline.restore(path("copy"), path("new"))).rejects.toMatchObject(damaged)
})
