import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { SystemFiles } from "./files.js"

describe("SystemFiles", () => {
  let folder: string
  let files: SystemFiles

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "metricq-files-"))
    files = new SystemFiles()
  })
  afterEach(async () => {
    await files.close()
    await rm(folder, { recursive: true })
  })

  test("reads what a file holds now, each time, to its end", async () => {
    const path = join(folder, "a")
    await writeFile(path, "ä".repeat(50_000))
    expect(await files.read(path)).toBe("ä".repeat(50_000))
    await writeFile(path, "short")
    expect(await files.read(path)).toBe("short")
    await writeFile(path, "")
    expect(await files.read(path)).toBe("")
  })

  test.skipIf(process.platform !== "linux")("reads attributes of /sys", async () => {
    const path = "/sys/class/net/lo/mtu"
    const [first, second] = [await files.read(path), await files.read(path)]
    expect(Number(first)).toBeGreaterThan(0)
    expect(second).toBe(first)
    expect(await files.read("/sys/class/net/no-such-interface/mtu")).toBeUndefined()
    expect(await files.read("/sys/class/net/lo")).toBeUndefined()
  })

  test("what is not there, cannot be read or is no file is undefined or empty", async () => {
    expect(await files.read(join(folder, "missing"))).toBeUndefined()
    expect(await files.read(folder)).toBeUndefined()
    expect(await files.list(join(folder, "missing"))).toEqual([])
    expect(await files.linkName(join(folder, "missing"))).toBeUndefined()
    expect(await files.statfs(join(folder, "missing"))).toBeUndefined()
  })

  test("lists by number, follows links by name, tells sizes", async () => {
    for (const name of ["temp10_input", "temp2_input"]) await writeFile(join(folder, name), "")
    await symlink("../devices/coretemp.0", join(folder, "device"))
    expect(await files.list(folder)).toEqual(["device", "temp2_input", "temp10_input"])
    expect(await files.linkName(join(folder, "device"))).toBe("coretemp.0")
    expect((await files.statfs(folder))?.blocks).toBeGreaterThan(0)
  })

  test("a file that could be read once more is opened anew after it failed", async () => {
    const path = join(folder, "late")
    expect(await files.read(path)).toBeUndefined()
    await writeFile(path, "here")
    expect(await files.read(path)).toBe("here")
  })

  test("reads nothing once closed, also not what was under way", async () => {
    const path = join(folder, "a")
    await writeFile(path, "text")
    const underWay = files.read(path)
    await files.close()
    await underWay
    expect(await files.read(path)).toBeUndefined()
  })
})
