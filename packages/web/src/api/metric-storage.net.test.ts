import { RPCError } from "@metricq/client"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

test("databases tell how much they have of a metric; those without it are left out, and trouble is named", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-lab", { metrics: { "lab.power": { unit: "W" } } })
    const full = await net.database("db-full", ["lab.power"])
    full.handle("database.storage", ({ metric }) => ({ metric: metric!, by: "patterns", points: 7, bytes: 99 }))
    const empty = await net.database("db-empty", [])
    empty.handle("database.storage", ({ metric }) => {
      throw new RPCError(`nothing is stored of ${metric}`)
    })
    await net.database("db-old", [])
  })
  const named = {
    rule: { by: "name", of: "lab.power", where: expect.stringMatching("^/metrics/"), entry: expect.any(Object) },
    otherwise: null,
  }
  expect((await web.get("api/v1/metrics/lab.power/storage")).body).toEqual({
    databases: [
      { token: "db-full", by: "patterns", points: 7, bytes: 99, ...named },
      { token: "db-old", trouble: expect.stringContaining("database.storage"), rule: null },
    ],
  })
  expect((await web.get("api/v1/metrics/lab.powre/storage")).status).toBe(404)
})
