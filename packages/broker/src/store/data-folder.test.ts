import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { lockDataFolder } from "./data-folder.js"

test("a folder is taken once, and free again when it is released", async (t) => {
  const folder = await temporaryFolder(t)
  const lock = lockDataFolder(folder)
  expect(() => lockDataFolder(folder)).toThrow(expect.objectContaining({ code: "data-dir-locked" }))
  lock.release()
  lockDataFolder(folder).release()
})

test("makes the folder if it is missing, and says why it cannot", async (t) => {
  const folder = await temporaryFolder(t)
  lockDataFolder(join(folder, "a", "b")).release()
  writeFileSync(join(folder, "file"), "")
  expect(() => lockDataFolder(join(folder, "file", "b"))).toThrow(/cannot make the folder/)
})
