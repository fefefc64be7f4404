import { RPCError } from "@metricq/client"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const metrics = { "lab.power": { unit: "W" }, "lab.sum": { unit: "W" } }

test("who relies on a metric: subscribers, configurations that name it, databases by name or pattern", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-lab", { metrics })
    await net.sink("sink-watch", ["lab.#"])
    await net.configure("transformer-sum", { metrics: { "lab.sum": { expression: { left: "lab.power", right: 1 } } } })
    await net.configure("db-all", { patterns: ["lab.**"] })
    await net.configure("db-old", { metrics: { "lab.power": { mode: "R" } } })
    await net.configure("db-other", { patterns: [{ pattern: "**", exclude: ["lab.*"] }] })
  })
  const { body } = await web.get("api/v1/metrics/lab.power/dependents")
  expect(body).toEqual({
    consumers: [{ token: expect.stringMatching(/^sink-watch/), how: "lab.#" }],
    configurations: [
      { token: "db-old", where: "/metrics/lab.power" },
      { token: "source-lab", where: "/metrics/lab.power" },
      { token: "transformer-sum", where: "/metrics/lab.sum/expression/left" },
    ],
    databases: ["db-all", "db-old"],
  })
  await web.net.configure("db-all", { patterns: [] })
  await expect
    .poll(async () => (await web.get("api/v1/metrics/lab.power/dependents")).body.databases, { timeout: 10_000 })
    .toEqual(["db-old"])
  expect(await web.get("api/v1/metrics/lab.powre/dependents")).toMatchObject({ status: 404 })
})

test("deleting with data asks every database that stores it, and keeps the metadata if one fails", async (t) => {
  const asked: unknown[] = []
  let isBroken = true
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-lab", { metrics })
    const db = await net.database("db-lab", ["lab.power"])
    db.handle("database.delete", ({ metrics }, { userId }) => {
      asked.push([metrics, userId])
      if (isBroken) throw new RPCError("the disk is full")
      return { job: 1, state: "done", result: { metrics: 1 } }
    })
    const idle = await net.database("db-idle", [])
    idle.handle("database.delete", () => {
      throw new RPCError("nothing is stored of lab.power")
    })
    await net.configure("db-gone", { patterns: ["lab.power"] })
  })
  const remove = async () =>
    (await web.send("POST", "api/v1/metrics/delete", { metrics: ["lab.power"], data: true })).body
  expect(await remove()).toEqual({
    deleted: 0,
    metrics: [],
    databases: [
      { token: "db-gone", failed: "not connected" },
      { token: "db-lab", failed: "the disk is full" },
    ],
  })
  expect((await web.get("api/v1/metrics/lab.power")).status).toBe(200)

  isBroken = false
  const admin = await web.net.adminClient()
  await admin.rpc("config.delete", { token: "db-gone" })
  await expect
    .poll(remove, { timeout: 10_000 })
    .toEqual({ deleted: 1, metrics: ["lab.power"], databases: [{ token: "db-lab", metrics: 1 }] })
  expect((await web.get("api/v1/metrics/lab.power")).status).toBe(404)
  expect(asked[0]).toEqual([["lab.power"], web.net.admin.name])
})
