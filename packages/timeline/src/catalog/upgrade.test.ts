import { expect, test } from "vitest"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { newManifest } from "./manifest.js"
import { type UpgradeStep, upgraded } from "./upgrade.js"

test("a folder is upgraded step by step, and one that cannot be is refused", async () => {
  const disk = new TestDisk(seededRandom(1))
  const step: UpgradeStep = async (_disk, _folder, manifest) => ({ ...manifest, version: manifest.version + 1 })
  const steps = new Map([
    [1, step],
    [2, step],
  ])
  expect(await upgraded(disk, "/store", newManifest())).toMatchObject({ version: 1 })
  expect(await upgraded(disk, "/store", newManifest(), steps, 3)).toMatchObject({ version: 3 })
  await expect(upgraded(disk, "/store", newManifest(), steps, 4)).rejects.toMatchObject({ code: "format" })
})
