import { expect, test } from "vitest"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { checkedLine } from "./checked-line.js"
import { MANIFEST_FILES, newManifest, numbersOf, rangesOf, readManifest, writeManifest } from "./manifest.js"

const FOLDER = "/store"
const [FIRST, SECOND] = MANIFEST_FILES.map((name) => `${FOLDER}/${name}`) as [string, string]

test("numbers are written as ranges", () => {
  for (const numbers of [[], [0], [3, 4, 5], [0, 2, 3, 9], [1, 3, 5]]) {
    expect([...numbersOf(rangesOf(numbers))]).toEqual(numbers)
  }
  expect(rangesOf([0, 1, 2, 7, 9, 10])).toBe("0-2,7,9-10")
})

test("either copy may be damaged; of two that differ the newer counts", async () => {
  const disk = new TestDisk(seededRandom(1))
  expect(await readManifest(disk, FOLDER)).toBeUndefined()
  const manifest = { ...newManifest(), generation: 5 }
  await writeManifest(disk, FOLDER, manifest)
  expect(await readManifest(disk, FOLDER)).toEqual({ manifest, damaged: [] })
  const files = disk.files()
  for (const [path, name] of [
    [FIRST, "manifest"],
    [SECOND, "manifest.mirror"],
  ] as const) {
    for (let i = 0; i < files.get(path)!.length; i++) {
      const bytes = files.get(path)!.slice()
      bytes[i]! ^= 1 << (i % 8)
      const damaged = new TestDisk(seededRandom(1), new Map([...files, [path, bytes]]))
      expect(await readManifest(damaged, FOLDER)).toEqual({ manifest, damaged: [name] })
    }
    const newer = new TextEncoder().encode(checkedLine({ ...manifest, generation: 6 }))
    const found = await readManifest(new TestDisk(seededRandom(1), new Map([...files, [path, newer]])), FOLDER)
    expect(found?.manifest.generation).toBe(6)
  }
})

test("without a sound copy, and for other formats, there is an error", async () => {
  const read = (value: unknown) => {
    const bytes = new TextEncoder().encode(typeof value === "string" ? value : checkedLine(value))
    return readManifest(new TestDisk(seededRandom(1), new Map([[FIRST, bytes]])), FOLDER)
  }
  await expect(read("nonsense")).rejects.toMatchObject({ code: "damaged" })
  await expect(read({ ...newManifest(), version: 2 })).rejects.toMatchObject({ code: "format" })
  await expect(read({ format: "other" })).rejects.toMatchObject({ code: "format" })
})
