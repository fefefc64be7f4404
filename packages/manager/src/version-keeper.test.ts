import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { ClientRegistry } from "./client-registry.js"
import { openDocuments } from "./documents/lmdb-documents.js"
import type { DocumentStore } from "./documents/store.js"
import { retentionOf, VersionKeeper, type VersionSettings } from "./version-keeper.js"

let folder: string
let documents: DocumentStore
let clients: ClientRegistry

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "metricq-versions-"))
  documents = await openDocuments(folder)
  clients = await ClientRegistry.open(documents, silentLogger)
})

afterEach(async () => {
  vi.useRealTimers()
  await clients.close()
  await documents.close()
  rmSync(folder, { recursive: true })
})

const keeper = (settings: VersionSettings, logger = silentLogger) =>
  new VersionKeeper(documents, clients, retentionOf(settings), logger)
const write = (rate: number) => documents.putConfig("source-a", { rate }, { author: "ann" })
const kept = async () => (await documents.configVersions("source-a")).map(({ version }) => version)

test("what a client was given, took and refused last stays, however many come after it", async () => {
  const revisions: string[] = []
  for (let rate = 0; rate < 8; rate++) revisions.push((await write(rate)).revision)
  clients.configurationSent("source-a", revisions[1]!, "register")
  clients.configurationAccepted("source-a", revisions[1]!)
  clients.configurationSent("source-a", revisions[3]!, "apply")
  clients.configurationRefused("source-a", revisions[3]!, "no")
  const versions = keeper({ configVersions: 2 })
  versions.written("source-a")
  await versions.stop()
  expect(await kept()).toEqual([8, 7, 4, 2])
})

test("what was replaced too long ago goes at the start and once a day, but for the newest", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] })
  for (let rate = 0; rate < 3; rate++) await write(rate)
  vi.setSystemTime(Date.now() + 20 * 24 * 3600 * 1000)
  await write(3)
  const versions = keeper({ configDays: 30 })
  const prune = vi.spyOn(documents, "pruneConfig")
  versions.start()
  await vi.waitFor(() => expect(prune).toHaveBeenCalledTimes(1))
  await prune.mock.results[0]?.value
  expect(await kept()).toEqual([4, 3, 2, 1])
  vi.advanceTimersByTime(11 * 24 * 3600 * 1000)
  await vi.waitFor(async () => expect(await kept()).toEqual([4, 3]))
  vi.advanceTimersByTime(400 * 24 * 3600 * 1000)
  await vi.waitFor(async () => expect(await kept()).toEqual([4]))
  await versions.stop()
})

test("a failure is told, and the next write tries again", async () => {
  const warn = vi.fn()
  const versions = keeper({ configVersions: 1 }, { ...silentLogger, warn })
  vi.spyOn(documents, "pruneConfig").mockRejectedValueOnce(new Error("disk full"))
  await write(1)
  await write(2)
  versions.written("source-a")
  versions.written("source-a")
  await versions.stop()
  expect(warn).toHaveBeenCalledTimes(1)
  expect(await kept()).toEqual([2])
})

test("settings have bounds", () => {
  expect(retentionOf({})).toEqual({ versions: 1000, days: null })
  for (const wrong of [{ configVersions: 0 }, { configVersions: 1.5 }, { configVersions: 1e6 }, { configDays: 0 }])
    expect(() => retentionOf(wrong)).toThrow(RangeError)
})
