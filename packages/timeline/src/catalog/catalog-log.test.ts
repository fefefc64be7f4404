import { expect, test } from "vitest"
import { defaultLevelParameters } from "../level-parameters.js"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { Catalog } from "./catalog.js"
import { CATALOG_FILES, CatalogLog } from "./catalog-log.js"
import { checkedLine } from "./checked-line.js"

const FOLDER = "/store"
const [FIRST, SECOND] = CATALOG_FILES.map((name) => `${FOLDER}/${name}`) as [string, string]
const gap = { ...defaultLevelParameters, maxGapNs: 5n }

async function load(disk: TestDisk) {
  const catalog = new Catalog()
  const log = new CatalogLog(disk, FOLDER, catalog)
  const damage = await log.load()
  return { catalog, log, damage, numbers: () => [...catalog.metrics()].map(({ name, number }) => [name, number]) }
}

/** Two metrics, one of which has got other parameters, and one that was deleted. */
async function filledDisk(): Promise<TestDisk> {
  const disk = new TestDisk(seededRandom(1))
  const { catalog, log } = await load(disk)
  for (const name of ["a", "b", "gone"]) log.add(catalog.create(name))
  await log.write()
  log.add(catalog.declare(catalog.byName("b")!, gap))
  await log.write()
  log.add(catalog.delete(catalog.byName("gone")!))
  await log.write()
  return disk
}

function withBytes(disk: TestDisk, path: string, change: (bytes: Uint8Array) => Uint8Array): TestDisk {
  const files = disk.files()
  return new TestDisk(seededRandom(1), new Map([...files, [path, change(files.get(path)!.slice())]]))
}

test("what was written is read again, and goes on where it was", async () => {
  const disk = (await filledDisk()).afterPowerCut()
  const { catalog, log, damage, numbers } = await load(disk)
  expect(damage).toEqual([])
  expect(numbers()).toEqual([
    ["a", 1],
    ["b", 2],
  ])
  expect(catalog.byName("b")!.parameters).toEqual(gap)
  expect([catalog.isDeleted(3), catalog.isDeleted(2)]).toEqual([true, false])
  const before = disk.files().get(FIRST)!.length
  log.add(catalog.create("gone"))
  await log.write()
  expect(catalog.byName("gone")!.number).toBe(4)
  expect(disk.files().get(FIRST)!.length).toBeLessThan(before + 150)
  expect(disk.files().get(FIRST)).toEqual(disk.files().get(SECOND))
})

test.each([FIRST, SECOND])("every byte of %s may be damaged, or the file be missing", async (path) => {
  const disk = await filledDisk()
  const length = disk.files().get(path)!.length
  for (let i = 0; i < length; i++) {
    const damaged = withBytes(disk, path, (bytes) => {
      bytes[i]! ^= 1 << (i % 8)
      return bytes
    })
    const { catalog, log, numbers } = await load(damaged)
    expect(numbers()).toEqual([
      ["a", 1],
      ["b", 2],
    ])
    expect(catalog.byName("b")!.parameters).toEqual(gap)
    log.add(catalog.create("new"))
    await log.write()
    expect((await load(damaged)).numbers()).toHaveLength(3)
    expect(damaged.files().get(FIRST)).toEqual(damaged.files().get(SECOND))
  }
  const cut = await load(withBytes(disk, path, (bytes) => bytes.subarray(0, length - 5)))
  expect([cut.damage, cut.numbers().length]).toEqual([[], 2])
  const missing = await load(withBytes(disk, path, () => new Uint8Array()))
  expect(missing.numbers()).toHaveLength(2)
})

test("a line that is damaged in both copies is told, and its number not given again", async () => {
  const disk = await filledDisk()
  const flip = (bytes: Uint8Array) => {
    bytes[bytes.lastIndexOf(0x0a, bytes.length - 2) - 3]! ^= 1
    return bytes
  }
  const { damage, catalog } = await load(withBytes(withBytes(disk, FIRST, flip), SECOND, flip))
  expect(catalog.nextNumber).toBe(4)
  expect(damage).toEqual(CATALOG_FILES.map((file) => ({ file, lines: 1 })))
})

test("what could not be written is written with the next", async () => {
  const disk = await filledDisk()
  const { catalog, log } = await load(disk)
  for (const operation of ["write", "sync"]) {
    disk.faults = {
      before: (name) => {
        if (name === operation) throw Object.assign(new Error("no"), { code: "ENOSPC" })
      },
    }
    log.add(catalog.create(`after ${operation}`))
    await expect(log.write()).rejects.toMatchObject({ code: "disk-full" })
    expect(log.isPending).toBe(true)
    disk.faults = {}
    await log.write()
    expect(log.isPending).toBe(false)
    expect((await load(disk.afterKill())).catalog.byName(`after ${operation}`)).toBeDefined()
  }
})

test("a log that is half garbage is made anew, without the metrics that have nothing left on the disk", async () => {
  const disk = new TestDisk(seededRandom(1))
  const first = await load(disk)
  for (let i = 0; i < 200; i++) first.log.add(first.catalog.create(`m${i}`))
  for (let i = 1; i < 200; i++) first.log.add(first.catalog.delete(first.catalog.byName(`m${i}`)!))
  await first.log.write()
  for (let i = 0; i < 200; i++) {
    first.log.add(first.catalog.declare(first.catalog.byName("m0")!, { ...gap, maxGapNs: BigInt(i + 1) }))
    await first.log.write()
  }
  const before = disk.files().get(FIRST)!.length
  const second = await load(disk)
  second.log.isUsed = (number) => number === 7
  second.log.add(second.catalog.create("new"))
  await second.log.write()
  expect(disk.files().get(FIRST)!.length).toBeLessThan(before / 20)
  const third = await load(disk)
  expect(third.numbers()).toEqual([
    ["m0", 1],
    ["new", 201],
  ])
  expect([third.catalog.isDeleted(7), third.catalog.isDeleted(8), third.catalog.nextNumber]).toEqual([true, false, 202])
})

test("a newer version is left alone", async () => {
  const head = new TextEncoder().encode(checkedLine({ format: "metricq-timeline-catalog", version: 2, generation: 1 }))
  const disk = new TestDisk(seededRandom(1), new Map([[FIRST, head]]))
  await expect(load(disk)).rejects.toMatchObject({ code: "format", message: expect.stringContaining("newer") })
})

test("names that were changed, and exchanged, are read again, also by a log that was made anew", async () => {
  const disk = await filledDisk()
  const { catalog, log } = await load(disk)
  log.add(catalog.rename(catalog.byName("a")!, "b"))
  await log.write()
  const expected = [
    ["b", 1],
    ["a", 2],
  ]
  expect((await load(disk.afterPowerCut())).numbers()).toEqual(expected)
  log.add(catalog.rename(catalog.byName("a")!, "c"))
  await log.write()
  const again = await load(withBytes(disk, SECOND, () => new Uint8Array()))
  expect(again.numbers()).toEqual([
    ["b", 1],
    ["c", 2],
  ])
  expect([again.catalog.byName("a"), again.catalog.byName("c")?.parameters]).toEqual([undefined, gap])
  again.log.add(again.catalog.create("a"))
  await again.log.write()
  expect((await load(disk.afterKill())).catalog.byName("b")!.number).toBe(1)
})
