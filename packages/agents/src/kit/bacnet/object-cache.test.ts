import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { ObjectCache } from "./object-cache.js"

const zone = { type: 0, instance: 3 }
const device = { type: 8, instance: 4711 }

test("what is set is found again, by a later one too", async (t) => {
  const folder = await temporaryFolder(t)
  const file = join(folder, "cache.json")
  const cache = new ObjectCache(file, silentLogger)
  cache.set("192.0.2.40", device, { objectName: "AHU", description: "" })
  cache.set("192.0.2.40", zone, { objectName: "zone", description: "d", units: "percent" })
  await cache.save()
  expect(readdirSync(folder)).toEqual(["cache.json"])
  expect(Object.keys(JSON.parse(readFileSync(file, "utf8")))).toEqual([
    "192.0.2.40-*-device-*-4711",
    "192.0.2.40-*-analogInput-*-3",
  ])
  const later = new ObjectCache(file, silentLogger)
  expect(later.get("192.0.2.40", zone)).toEqual({ objectName: "zone", description: "d", units: "percent" })
  expect([later.deviceAt("192.0.2.40"), later.deviceAt("192.0.2.4")]).toEqual([4711, undefined])
})

test("a file of something else is told of, and one with odd entries gives what is right in it", async (t) => {
  const file = join(await temporaryFolder(t), "cache.json")
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (line: string) => warnings.push(line) }
  writeFileSync(file, "[1")
  expect(new ObjectCache(file, logger).get("a", zone)).toBeUndefined()
  expect(warnings).toHaveLength(1)
  writeFileSync(file, JSON.stringify({ "a-*-analogInput-*-3": { objectName: "zone", description: 5 }, b: null }))
  expect(new ObjectCache(file, logger).get("a", zone)).toEqual({ objectName: "zone" })
})

test("a place where nothing can be written is told of, and does no harm", async (t) => {
  const file = join(await temporaryFolder(t), "cache.json")
  mkdirSync(file)
  const warnings: string[] = []
  const cache = new ObjectCache(file, { ...silentLogger, warn: (line: string) => warnings.push(line) })
  cache.set("a", zone, { objectName: "zone" })
  await cache.save()
  expect(warnings.at(-1)).toContain("cannot be kept")
  expect(cache.get("a", zone)).toEqual({ objectName: "zone" })
})
