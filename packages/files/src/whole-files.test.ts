import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import type { DiskFile } from "./disk.js"
import { nodeDisk } from "./node-disk.js"
import { readFile, readFully, replaceFile, writeFully } from "./whole-files.js"

const bytes = (text: string) => new TextEncoder().encode(text)

test("a file is replaced as a whole, and a draft of an earlier try is no obstacle", async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, "file")
  await replaceFile(nodeDisk, path, bytes("one"))
  writeFileSync(`${path}.new`, "half of an earlier tr")
  await replaceFile(nodeDisk, path, bytes("two"))
  expect(readFileSync(path, "utf8")).toBe("two")
  expect(readdirSync(folder)).toEqual(["file"])
  expect(Buffer.from((await readFile(nodeDisk, path))!).toString()).toBe("two")
})

test("a file that is not there is read as undefined and has no size", async (t) => {
  const folder = await temporaryFolder(t)
  expect(await readFile(nodeDisk, join(folder, "none"))).toBeUndefined()
  expect(await nodeDisk.size(join(folder, "none"))).toBeUndefined()
})

test("what cannot be written leaves the old file", async (t) => {
  const folder = await temporaryFolder(t)
  await replaceFile(nodeDisk, join(folder, "file"), bytes("one"))
  const full = { ...nodeDisk, open: async () => failing("ENOSPC") }
  await expect(replaceFile(full, join(folder, "file"), bytes("two"))).rejects.toMatchObject({ code: "ENOSPC" })
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("one")
})

test("reads and writes go on where the system stopped", async (t) => {
  const folder = await temporaryFolder(t)
  const file = await nodeDisk.open(join(folder, "file"), "create")
  const slow: DiskFile = {
    ...failing("EIO"),
    read: (target, position) => file.read(target.subarray(0, 3), position),
    write: (source, position) => file.write(source.subarray(0, 2), position),
  }
  await writeFully(slow, bytes("hello world"), 0)
  const target = new Uint8Array(20)
  expect(await readFully(slow, target, 2)).toBe(9)
  expect(Buffer.from(target.subarray(0, 9)).toString()).toBe("llo world")
  await expect(writeFully({ ...slow, write: async () => 0 }, bytes("x"), 0)).rejects.toMatchObject({ code: "EIO" })
  await file.close()
})

function failing(code: string): DiskFile {
  const fail = async () => {
    throw Object.assign(new Error(code), { code })
  }
  return { read: fail, write: fail, sync: fail, truncate: fail, size: fail, close: async () => {} }
}
