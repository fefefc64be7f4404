import { mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { readHtaArchive } from "./hta-archive.js"
import { rawFile, recordedArchive, writeRaw } from "./testing/archive-files.js"

test("the recorded archive is listed", async () => {
  const { metrics, damage } = await readHtaArchive(recordedArchive)
  expect(metrics.map(({ name, points, sizeBytes }) => [name, points, sizeBytes])).toEqual([
    ["cap.a", 8, 208],
    ["cap.alias", 250, 4080],
    ["cap.empty", 0, 80],
    ["cap.one", 1, 96],
  ])
  expect(damage).toEqual([])
})

test("folders within folders and linked ones are metrics, and no link leads round in a circle", async (t) => {
  const folder = await temporaryFolder(t)
  const elsewhere = await temporaryFolder(t)
  for (const name of ["lab.a", "lab.a/x", "deep/er/lab.b"]) await writeRaw(folder, name, rawFile([[1n, 1]]))
  await writeRaw(elsewhere, "lab.c", rawFile([[1n, 1]]))
  await symlink(join(elsewhere, "lab.c"), join(folder, "lab.c"))
  await symlink(folder, join(folder, "deep", "round"))
  await symlink(join(folder, "nowhere"), join(folder, "broken"))
  await writeFile(join(folder, "notes.txt"), "not part of it")
  const { metrics, damage } = await readHtaArchive(folder)
  expect(metrics.map(({ name }) => name)).toEqual(["deep/er/lab.b", "lab.a", "lab.a/x", "lab.c"])
  expect(damage).toEqual([])
})

test("folders without points are told, and the others are listed", async (t) => {
  const folder = await temporaryFolder(t)
  await writeRaw(folder, "lab.good", rawFile([[1n, 1]]))
  await writeRaw(folder, "lab.good.backup-1700000000", rawFile([[1n, 1]]))
  await mkdir(join(folder, "lab.lost"))
  await writeFile(join(folder, "lab.lost", "10000.hta"), rawFile([]))
  await writeRaw(folder, "lab.cut", rawFile([]).subarray(0, 79))
  await writeRaw(folder, "lab.other", Buffer.from("time,value\n1,2\n"))
  const level = rawFile([])
  level.writeBigInt64LE(10_000n, 32)
  await writeRaw(folder, "lab.rows", level)
  const zero = rawFile([[1n, 1]])
  zero.writeBigInt64LE(0n, 64)
  await writeRaw(folder, "lab.factor", zero)
  const { metrics, damage } = await readHtaArchive(folder)
  expect(metrics.map(({ name }) => name)).toEqual(["lab.factor", "lab.good"])
  const told = damage.map(({ kind, file, message = "" }) => [kind, file.slice(folder.length + 1), message] as const)
  expect(told.sort(([, a], [, b]) => (a < b ? -1 : 1))).toEqual([
    ["header", "lab.cut/raw.hta", expect.stringContaining("after 79 bytes")],
    ["parameters", "lab.factor/raw.hta", expect.stringContaining("interval_factor")],
    ["backup", "lab.good.backup-1700000000", ""],
    ["missing-raw", "lab.lost", ""],
    ["header", "lab.other/raw.hta", expect.stringContaining("no HTA file")],
    ["header", "lab.rows/raw.hta", expect.stringContaining("rows, not points")],
  ])
})

test("of metrics that are not selected nothing is read", async (t) => {
  const folder = await temporaryFolder(t)
  await writeRaw(folder, "lab.a", rawFile([]))
  await writeRaw(folder, "lab.broken", Buffer.alloc(7))
  const { metrics, damage } = await readHtaArchive(folder, { select: (name) => name !== "lab.broken" })
  expect(metrics.map(({ name }) => name)).toEqual(["lab.a"])
  expect(damage).toEqual([])
})

test("what cannot be an archive is refused", async (t) => {
  const folder = await temporaryFolder(t)
  await expect(readHtaArchive(join(folder, "none"))).rejects.toMatchObject({ code: "hta-folder" })
  await writeRaw(folder, "lab.a", rawFile([]))
  await expect(readHtaArchive(join(folder, "lab.a", "raw.hta"))).rejects.toMatchObject({ code: "hta-folder" })
  await expect(readHtaArchive(join(folder, "lab.a"))).rejects.toThrow("the folder of one metric")
  expect(await readHtaArchive(await temporaryFolder(t))).toMatchObject({ metrics: [], damage: [] })
})
