import { Administrators, type RpcContext, silentLogger } from "@metricq/client"
import { describe, expect, test } from "vitest"
import { Contests } from "../metrics/contests.js"
import type { Services } from "../services.js"
import { layersContract } from "../testing/layers-contract.js"
import { folderStore } from "../testing/stores.js"
import { declarationsOf, declare } from "./declaration.js"
import { metadataFunctions } from "./metadata.js"

describe("in a folder", () => layersContract(folderStore))

test("10,000 metrics are changed, and changed back, with less than two seconds of work each", async (t) => {
  const place = await folderStore()
  const documents = await place.open()
  t.onTestFinished(async () => {
    await documents.close()
    await place.end()
  })
  const administrators = new Administrators(["ann"], "the test")
  const services = { documents, administrators, contests: new Contests(), logger: silentLogger } as unknown as Services
  const set = metadataFunctions(services)["metadata.set"]!
  const names = Array.from({ length: 10_000 }, (_, i) => `lab.rack${i % 100}.node${i}.power`)
  await declare(services, "source-a", declarationsOf(Object.fromEntries(names.map((name) => [name, { unit: "W" }]))))
  for (const hidden of [true, null]) {
    const before = process.cpuUsage()
    const metadata = Object.fromEntries(names.map((name) => [name, { hidden }]))
    expect((await set({ metadata }, { function: "metadata.set", userId: "ann" } as RpcContext)).changed).toHaveLength(
      10_000,
    )
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(2000)
  }
})
