import { execFileSync } from "node:child_process"
import { readdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { withOutput } from "./output.js"

test("a file appears when it is complete, and one that was there stays until then", async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, "x.csv")
  await writeFile(path, "before")
  await withOutput(path, async (output) => {
    await output.write("text ")
    await output.write(Buffer.from("bytes"))
    expect(await readFile(path, "utf8")).toBe("before")
  })
  expect(await readFile(path, "utf8")).toBe("text bytes")
  expect(await readdir(folder)).toEqual(["x.csv"])
})

test("nothing is left of one that fails", async (t) => {
  const folder = await temporaryFolder(t)
  const failing = withOutput(join(folder, "x.csv"), async (output) => {
    await output.write("half")
    throw new Error("no more")
  })
  await expect(failing).rejects.toThrow("no more")
  expect(await readdir(folder)).toEqual([])
})

test("a link stays a link, and a device is written to", async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, "real"), "")
  await symlink("real", join(folder, "link"))
  await withOutput(join(folder, "link"), (output) => output.write("through"))
  expect(await readFile(join(folder, "real"), "utf8")).toBe("through")
  await withOutput("/dev/null", (output) => output.write("gone"))
  execFileSync("test", ["-c", "/dev/null"])
})
