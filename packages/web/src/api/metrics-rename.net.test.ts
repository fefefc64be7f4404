import { type JsonObject, RPCError } from "@metricq/client"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Told {
  steps: { id: string; kind: string; state: string; message?: string }[]
}
const statesOf = ({ steps }: Told) => steps.map(({ id, kind, state }) => `${kind} ${id} ${state}`)

/** A network of a source, a combinator, a database, a viewer, and what the database is asked. */
async function network(t: Parameters<typeof WebUnderTest.start>[0]) {
  const asked: unknown[] = []
  const database = { outlook: { how: "rename", points: 100 } as JsonObject, failure: undefined as string | undefined }
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-lab", { metrics: { "lab.old": { unit: "W" } } })
    await net.combinator("transformer-sum", {
      "lab.sum": { expression: { operation: "+", left: "lab.old", right: 1 } },
    } as never)
    const db = await net.database("db-lab", ["lab.old"])
    db.handle("database.outlook", () => ({ metrics: { "lab.old": database.outlook } }))
    db.handle("database.rename", ({ metrics }, { userId }) => {
      asked.push([metrics, userId])
      if (database.failure) return { job: 1, state: "failed", failure: database.failure }
      database.outlook = { how: "nothing", points: 0 }
      return { job: 1, state: "done", result: { metrics: 1 } }
    })
    await net.sink("sink-watch", ["lab.old"])
  })
  const admin = await web.net.adminClient()
  await admin.rpc("metadata.set", { metadata: { "lab.old": { description: "main feed" } } })
  const plan = async (to: string, more: object = {}) =>
    (await web.send("POST", "api/v1/metrics/lab.old/rename/plan", { to, ...more })).body
  const run = (to: string, more: object = {}) => web.send("POST", "api/v1/metrics/lab.old/rename", { to, ...more })
  const config = async (token: string) => (await admin.rpc("config.get", { token })).config
  return { web, admin, database, asked, plan, run, config }
}

test("a plan tells who produces, stores and reads the metric, and what would change", async (t) => {
  const { plan, web, database } = await network(t)
  const told = await plan("lab.new")
  expect(told).toMatchObject({
    ...{ from: "lab.old", to: "lab.new", mode: "rename", clashes: [] },
    source: { token: "source-lab", state: "up", where: ["/metrics/lab.old"], how: "edit" },
    databases: [{ token: "db-lab", state: "up", history: "rename", points: 100 }],
    byHand: [{ token: expect.stringMatching(/^sink-watch/), how: "lab.old" }],
  })
  expect(told.documents.map((each: JsonObject) => [each.token, each.role, each.where, each.after])).toEqual([
    ["db-lab", "database", ["/metrics/0"], { metrics: ["lab.new"] }],
    ["source-lab", "source", ["/metrics/lab.old"], { metrics: { "lab.new": { unit: "W" } } }],
    [
      "transformer-sum",
      "other",
      ["/metrics/lab.sum/expression/left"],
      { metrics: { "lab.sum": { expression: { operation: "+", left: "lab.new", right: 1 } } } },
    ],
  ])
  expect(told.steps).toEqual([
    { id: "config:db-lab", kind: "both", token: "db-lab" },
    { id: "config:source-lab", kind: "config", token: "source-lab" },
    { id: "config:transformer-sum", kind: "config", token: "transformer-sum" },
    { id: "history:db-lab", kind: "history", token: "db-lab" },
    { id: "config:db-lab", kind: "config", token: "db-lab" },
    { id: "metadata", kind: "metadata" },
  ])
  database.outlook = { how: "refused", points: 100, reason: "both have points of the same time" }
  expect((await plan("lab.new")).clashes).toEqual([
    { kind: "history", token: "db-lab", without: "history:db-lab", detail: "both have points of the same time" },
  ])
  expect(await web.send("POST", "api/v1/metrics/no.such/rename/plan", { to: "x.y" })).toMatchObject({ status: 404 })
  expect(await plan("lab.old")).toMatchObject({ error: { code: "same-name" } })
  for (const wrong of ["lab..x", ".lab", "lab.x ", "lab.*"]) {
    const answer = await web.send("POST", "api/v1/metrics/lab.old/rename/plan", { to: wrong })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "metric-name" } } })
  }
})

test("a renaming changes documents with a note, moves history and metadata, and is done then", async (t) => {
  const { web, admin, asked, plan, run, config } = await network(t)
  const { documents } = await plan("lab.new")
  const revisions = Object.fromEntries(documents.map((each: JsonObject) => [each.token, each.revision]))
  const stale = await run("lab.new", { revisions: { ...revisions, "db-lab": "1-x" } })
  expect(stale).toMatchObject({ status: 409, body: { error: { code: "conflict" } } })
  const { status, body } = await run("lab.new", { revisions })
  expect([status, body.done, statesOf(body)]).toEqual([
    200,
    true,
    [
      "both config:db-lab done",
      "config config:source-lab done",
      "config config:transformer-sum done",
      "history history:db-lab done",
      "config config:db-lab done",
      "metadata metadata done",
    ],
  ])
  expect(asked).toEqual([[{ "lab.old": "lab.new" }, web.net.admin.name]])
  expect(await config("db-lab")).toEqual({ metrics: ["lab.new"] })
  const { versions } = await admin.rpc("config.versions", { token: "source-lab" })
  expect(versions[0]).toMatchObject({ note: "lab.old is renamed to lab.new" })
  expect((await web.get("api/v1/metrics/lab.new")).body).toMatchObject({ unit: "W", description: "main feed" })
  expect((await web.get("api/v1/metrics/lab.old")).status).toBe(404)
  const { entries } = (await web.get("api/v1/audit")).body
  expect(entries[0]).toMatchObject({ action: "metric.rename", subject: "lab.old", detail: { to: "lab.new" } })
  const again = await run("lab.new")
  expect(again.body).toEqual({ done: true, steps: [] })
})

test("what fails is told, leaves what was, and the same request goes on", async (t) => {
  const { web, database, run, config, asked } = await network(t)
  const source = await web.net.source("source-stubborn", { metrics: { "lab.other": {} } })
  database.failure = "the disk is full"
  const first = (await run("lab.new")).body
  expect([first.done, statesOf(first).slice(2)]).toEqual([
    false,
    [
      "config config:transformer-sum done",
      "history history:db-lab failed",
      "config config:db-lab open",
      "metadata metadata open",
    ],
  ])
  expect(first.steps[3].message).toBe("the disk is full")
  expect(await config("db-lab")).toEqual({ metrics: ["lab.old", "lab.new"] })
  database.failure = undefined
  const second = (await run("lab.new")).body
  expect(statesOf(second)).toEqual([
    "history history:db-lab done",
    "config config:db-lab done",
    "metadata metadata done",
  ])
  expect(asked).toHaveLength(2)

  source.onConfig = async () => {
    throw new RPCError("not with me")
  }
  const refused = (await web.send("POST", "api/v1/metrics/lab.other/rename", { to: "lab.more" })).body
  expect(refused).toMatchObject({
    done: false,
    steps: [
      {
        ...{ id: "config:source-stubborn", state: "failed" },
        message: expect.stringMatching(
          /^the agent refuses it: .*not with me.*; the earlier configuration was put back$/,
        ),
      },
      { id: "metadata", state: "open" },
    ],
  })
  expect(await config("source-stubborn")).toEqual({ metrics: { "lab.other": {} } })
})

test("what stands in the way is told before, and steps can be left out", async (t) => {
  const { web, plan, run, config, admin } = await network(t)
  await web.net.source("source-other", { metrics: { "lab.taken": {} } })
  await web.net.configure("db-away", { patterns: ["lab.old"] })
  await expect
    .poll(async () => (await plan("lab.taken")).clashes, { timeout: 10_000 })
    .toEqual([
      { kind: "declared", token: "source-other" },
      { kind: "away", token: "db-away", without: "history:db-away", detail: "not connected" },
    ])
  expect(await run("lab.taken")).toMatchObject({ status: 409, body: { error: { code: "clash" } } })
  expect(await run("lab.new")).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining("db-away is not connected") } },
  })
  const leaveOut = ["history:db-away", "config:db-away", "config:transformer-sum"]
  const { body } = await run("lab.new", { leaveOut })
  expect(body.done).toBe(true)
  expect(statesOf(body).filter((state) => state.endsWith("left-out"))).toHaveLength(4)
  expect(JSON.stringify(await config("transformer-sum"))).toContain("lab.old")
  expect((await admin.rpc("config.get", { token: "db-away" })).config).toEqual({ patterns: ["lab.old"] })
})

test("an alias leaves the network as it is: databases store the metric under the other name", async (t) => {
  const { plan, run, config, asked, web } = await network(t)
  expect(await plan("lab.kept", { mode: "alias" })).toMatchObject({
    source: { how: "stays" },
    documents: [{ token: "db-lab" }],
    steps: [{ id: "config:db-lab" }, { id: "history:db-lab" }, { id: "metadata" }],
  })
  expect((await run("lab.kept", { mode: "alias" })).body).toMatchObject({ done: true })
  expect(await config("db-lab")).toEqual({ metrics: [{ name: "lab.kept", input: "lab.old" }] })
  expect(asked).toEqual([[{ "lab.old": "lab.kept" }, web.net.admin.name]])
  expect((await web.get("api/v1/metrics/lab.kept")).body).toMatchObject({ unit: "W", description: "main feed" })
  expect((await web.get("api/v1/metrics/lab.old")).status).toBe(200)
})
