import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Client, HistoryRequestType, type JsonObject, Timestamp } from "@metricq/client"
import { type BrokerKind, describeOnBrokers, startNetwork, type TestSource } from "@metricq/testkit"
import { Timeline } from "@metricq/timeline"
import { expect, type TestContext, test } from "vitest"
import { DatabaseProcess } from "./testing/database-process.js"
import { databaseFolder, keepingLogger, startDatabase } from "./testing/started-database.js"

const S = 1_000_000_000n
const T0 = 1_700_000_000n * S
const at = (seconds: number) => Timestamp.fromNs(T0 + BigInt(Math.round(seconds * 1e9)))
const range = (from: number, to: number) => ({ start: at(from), end: at(to) })
const everything = { start: Timestamp.fromNs(1n), end: Timestamp.fromNs(2n ** 62n) }

/** A network with a source that declares these metrics. */
async function network(t: TestContext, kind: BrokerKind, metrics: Record<string, object> = { "lab.a": { rate: 1 } }) {
  const net = await startNetwork(t, { kind })
  const history = await net.history("history-test")
  const source = await net.source("source-test", { metrics: metrics as never })
  return { net, history, source }
}

/** Send a point a second, with the number of the second as its value. */
async function send(source: TestSource, metric: string, from: number, count: number): Promise<void> {
  for (let i = from; i < from + count; i++) void source.send(metric, at(i), i)
  await source.flush()
}

/** Resolves when the database has stored so many points since its start. */
async function untilStored(client: Client, points: number, token = "db-test"): Promise<JsonObject> {
  for (;;) {
    const status = await client.rpcTo(token, "database.status")
    if ((status.points as JsonObject).stored === points) return status
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describeOnBrokers("a database", (kind) => {
  test("stores what comes, and answers every kind of request", async (t) => {
    const { net, history, source } = await network(t, kind)
    await startDatabase(t, net)
    await send(source, "lab.a", 0, 100)
    await untilStored(history, 100)
    expect(await history.historyLastValue("lab.a")).toEqual({ timestamp: at(99), value: 99 })
    expect(await history.rpcTo("db-test", "database.survey")).toMatchObject({
      metrics: { "lab.a": { time: String(at(99).posixNs), value: 99, count: 30, nan: 0, min: 70, max: 99 } },
    })
    await expect(history.rpcTo("db-test", "database.survey", { after: "x" })).rejects.toThrow(/after/)
    expect(await history.historyAggregate("lab.a", range(10, 20))).toMatchObject({
      ...{ count: 10, minimum: 10, maximum: 20, sum: 145 },
      activeTime: { ns: 10n * S },
    })
    const raw = await history.historyRawTimeline("lab.a", range(10, 13))
    expect([...raw.values]).toEqual([10, 11, 12])
    // Rows of half a minute, as soon as it is known that there is a point a second.
    const counts = async () =>
      (await history.historyAggregateTimeline("lab.a", { ...range(0, 100), intervalMax: "30s" })).count
    await expect.poll(async () => [...(await counts())], POLL).toEqual([10n, 30n, 30n, 30n])
    const { flexTimeline } = HistoryRequestType
    const flex = await history.historyDataRequest("lab.a", at(0), at(100), "50s", { type: flexTimeline })
    expect(flex.length).toBeGreaterThan(0)
    await expect.poll(() => history.getMetrics({ historic: true }), POLL).toHaveProperty(["lab.a"])
  })

  test("gives a metric another name with its history, and what comes under it goes on there", async (t) => {
    const { net, history, source } = await network(t, kind, { "lab.a": { rate: 1 }, "lab.b": { rate: 1 } })
    await startDatabase(t, net, { patterns: ["lab.*"], stats: false })
    const admin = await net.adminClient()
    await send(source, "lab.a", 0, 50)
    await untilStored(history, 50)
    const rename = (metrics: JsonObject) => admin.rpcTo("db-test", "database.rename", { metrics, wait: 10 })
    const outlook = async (metrics: JsonObject) =>
      (await history.rpcTo("db-test", "database.outlook", { metrics })).metrics as JsonObject
    expect(await outlook({ "lab.a": "lab.b", "lab.none": "other.c" })).toEqual({
      "lab.a": { how: "rename", points: 50, by: "patterns", byNew: "patterns", pointsNew: 0 },
      "lab.none": { how: "nothing", points: 0, by: "patterns", byNew: null, pointsNew: 0 },
    })
    // As it is once the source has been changed: the first points have come under the new name.
    await send(source, "lab.b", 50, 10)
    await untilStored(history, 60)
    expect(await outlook({ "lab.a": "lab.b" })).toMatchObject({ "lab.a": { how: "merge", poured: 10, pointsNew: 10 } })
    expect(await rename({ "lab.a": "lab.b" })).toMatchObject({
      ...{ kind: "rename", state: "done", arguments: { metrics: { "lab.a": "lab.b" } } },
      result: { metrics: 1, poured: 10 },
    })
    expect((await history.historyAggregate("lab.b", everything)).count).toBe(60)
    await expect(history.historyLastValue("lab.a")).rejects.toMatchObject({ code: "not-stored" })
    await send(source, "lab.b", 60, 10)
    await untilStored(history, 70)
    expect((await history.historyAggregate("lab.b", everything)).count).toBe(70)
    await expect.poll(() => history.getMetrics({ historic: true, metadata: false }), POLL).toEqual({ "lab.b": {} })
    // The same again finds nothing to do.
    expect(await rename({ "lab.a": "lab.b" })).toMatchObject({ state: "done", result: { metrics: 0, poured: 0 } })
    // Both have values of one time: nothing is mixed.
    await send(source, "lab.a", 20, 5)
    await untilStored(history, 75)
    await source.send("lab.a", at(30), -1)
    await source.flush()
    await untilStored(history, 76)
    expect(await rename({ "lab.a": "lab.b" })).toMatchObject({
      state: "failed",
      failure: "lab.a cannot become lab.b: both have points of the same time",
    })
    await expect(rename({ "lab.a": "lab.c", "lab.b": "lab.c" })).rejects.toThrow(/name of several metrics/)
    await expect(rename({ "lab.a": "lab.b", "lab.b": "lab.c" })).rejects.toThrow(/both an old name and a new one/)
    await expect(history.rpcTo("db-test", "database.rename", { metrics: { "lab.a": "x" } })).rejects.toThrow(
      /needs an administrator/,
    )
  })

  test("makes known what was stored in its folder while it did not run", async (t) => {
    const { net, history } = await network(t, kind)
    const folder = await databaseFolder(t)
    const timeline = await Timeline.open(folder)
    await timeline.append("old.a", { times: BigInt64Array.of(at(1).posixNs), values: Float64Array.of(1) })
    await timeline.close()
    await startDatabase(t, net, { patterns: ["lab.**"], stats: false }, { folder })
    await expect.poll(() => history.getMetrics({ metadata: false }), POLL).toHaveProperty(["old.a"])
    expect(await history.historyLastValue("old.a")).toMatchObject({ value: 1 })
  })

  test("loses nothing when it is killed under load, again and again", async (t) => {
    const metrics = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`lab.m${i}`, { rate: 1000 }]))
    const { net, history, source } = await network(t, kind, metrics)
    await net.configure("db-test", { patterns: ["**"], stats: false })
    const options = { token: "db-test", url: net.url, folder: await databaseFolder(t) }
    let database = await DatabaseProcess.start(t, options)
    let sent = 0
    const chunks = async (count: number) => {
      for (let chunk = 0; chunk < count; chunk++, sent++) {
        const times = BigInt64Array.from({ length: 50 }, (_, i) => T0 + BigInt(sent * 50 + i) * 1_000_000n)
        const values = Float64Array.from({ length: 50 }, (_, i) => sent * 50 + i)
        for (const metric of Object.keys(metrics)) void source.sendChunk(metric, { times, values })
        if (chunk % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await source.flush()
    }
    for (let life = 0; life < 4; life++) {
      const load = chunks(50)
      await new Promise((resolve) => setTimeout(resolve, 50 + 100 * life))
      await database.kill()
      await load
      database = await DatabaseProcess.start(t, options)
    }
    for (const metric of Object.keys(metrics)) {
      await expect.poll(async () => (await history.historyAggregate(metric, everything)).count, POLL).toBe(sent * 50)
      const expected = (sent * 50 * (sent * 50 - 1)) / 2
      expect((await history.historyAggregate(metric, everything)).sum).toBe(expected)
    }
  }, 60_000)

  test("has the first points of a metric, its levels by its metadata, and none of what is not configured", async (t) => {
    const { net, history, source } = await network(t, kind, {
      "lab.a": { rate: 10 },
      "lab.b.100Hz": {},
      "hall.a": {},
      "lab.tmp.a": {},
    })
    await startDatabase(t, net, {
      metrics: { "lab.b": { input: "lab.b.100Hz", interval_min: 1_000_000_000 } },
      patterns: [{ pattern: "lab.**", exclude: ["lab.tmp.**"] }],
      stats: false,
    })
    for (const metric of ["lab.a", "lab.b.100Hz", "hall.a", "lab.tmp.a"]) await send(source, metric, 0, 3)
    const { points } = await untilStored(history, 6)
    expect(points).toMatchObject({ ignored: 3 })
    expect((await history.historyAggregate("lab.b", everything)).count).toBe(3)
    await expect(history.historyLastValue("lab.b.100Hz")).rejects.toMatchObject({ code: "not-stored" })
    await expect
      .poll(() => history.getMetrics({ historic: true, metadata: false }), POLL)
      .toEqual({ "lab.a": {}, "lab.b": {} })
    // A value at 10 Hz holds for a second at most, one of a metric that is named for ever.
    await source.send("lab.a", at(100), 5)
    await source.send("lab.b.100Hz", at(100), 5)
    await untilStored(history, 8)
    const active = async (metric: string) => (await history.historyAggregate(metric, range(3, 100.5))).activeTime.ns
    await expect.poll(() => active("lab.a"), POLL).toBe(S)
    expect(await active("lab.b")).toBe(97n * S)
  })

  test("says at once what it has not", async (t) => {
    const { net, history } = await network(t, kind)
    await startDatabase(t, net, { patterns: ["lab.**", "/^hall\\./"], stats: false })
    for (const metric of ["lab.unknown", "hall.unknown", "else.where"]) {
      await expect(history.historyLastValue(metric)).rejects.toMatchObject({
        code: "not-stored",
        message: expect.stringContaining(metric),
      })
    }
    const { failed } = (await history.rpcTo("db-test", "database.status")).requests as JsonObject
    expect(failed).toBe(3)
  })

  test("follows another configuration at once, and refuses one that cannot be as a whole", async (t) => {
    const { net, history, source } = await network(t, kind, { "lab.a": {}, "hall.a": {} })
    const logger = keepingLogger()
    await startDatabase(t, net, { patterns: ["lab.**"], stats: false }, { logger })
    const apply = async (config: JsonObject) => {
      await net.configure("db-test", config)
      return (await net.adminClient()).rpc("config.apply", { token: "db-test" })
    }
    await send(source, "lab.a", 0, 2)
    await send(source, "hall.a", 0, 2)
    await untilStored(history, 2)

    expect(await apply({ patterns: [{ pattern: "hall.**", interval: "soon" }] })).toMatchObject({
      refused: expect.stringMatching(/patterns\[0\].interval: expected a duration .*, got "soon"/),
    })
    await send(source, "lab.a", 2, 1)
    await untilStored(history, 3)

    expect(await apply({ patterns: ["hall.**"], path: "/var/hta", stats: false })).toMatchObject({ response: {} })
    expect(logger.lines).toContainEqual(expect.stringMatching(/^configuration of db-test: path: has no meaning here/))
    await send(source, "lab.a", 3, 1)
    await send(source, "hall.a", 2, 4)
    await untilStored(history, 7)
    expect((await history.historyAggregate("lab.a", everything)).count).toBe(3)
    expect((await history.historyAggregate("hall.a", everything)).count).toBe(4)
    await expect.poll(() => comesStill(history, source, "lab.a", "hall.a"), POLL).toBe(false)
  })

  test("what was not stored any more while it was away is unsubscribed at its start", async (t) => {
    const { net, history, source } = await network(t, kind, { "lab.a": {}, "hall.a": {} })
    const folder = await databaseFolder(t)
    const first = await startDatabase(t, net, { patterns: ["**"], stats: false }, { folder })
    await send(source, "lab.a", 0, 2)
    await untilStored(history, 2)
    await expect.poll(() => history.getMetrics({ historic: true, metadata: false }), POLL).toEqual({ "lab.a": {} })
    await first.stop()
    await startDatabase(t, net, { patterns: ["hall.**"], stats: false }, { folder })
    await expect.poll(() => comesStill(history, source, "lab.a", "hall.a"), POLL).toBe(false)
    expect((await history.historyAggregate("lab.a", everything)).count).toBe(2)
  })

  test("shares the metrics of a network with others", async (t) => {
    const { net, history, source } = await network(t, kind, { "lab.a": {}, "hall.a": {} })
    await startDatabase(t, net, { patterns: ["/^lab\\./"], stats: false }, { token: "db-lab" })
    await startDatabase(
      t,
      net,
      { patterns: [{ pattern: "**", exclude: ["lab.**"] }], stats: false },
      { token: "db-rest" },
    )
    await send(source, "lab.a", 0, 5)
    await send(source, "hall.a", 0, 7)
    await Promise.all([untilStored(history, 5, "db-lab"), untilStored(history, 7, "db-rest")])
    await expect
      .poll(() => history.getMetrics({ historic: true, metadata: false }), POLL)
      .toEqual({ "lab.a": {}, "hall.a": {} })
    for (let i = 0; i < 20; i++) {
      expect((await history.historyAggregate("lab.a", everything)).count).toBe(5)
      expect((await history.historyAggregate("hall.a", everything)).count).toBe(7)
    }
    await expect(history.historyLastValue("lab.b")).rejects.toMatchObject({ code: "not-stored" })
    await expect(history.historyLastValue("hall.b")).rejects.toMatchObject({ code: "not-stored" })
  })

  test("lets only administrators change what is stored", async (t) => {
    const { net, history, source } = await network(t, kind, { "lab.a": {}, "lab.b": {}, "hall.a": {} })
    await startDatabase(t, net)
    for (const metric of ["lab.a", "lab.b", "hall.a"]) await send(source, metric, 0, 5)
    await untilStored(history, 15)
    const changes: [string, JsonObject][] = [
      ["database.delete", { metric: "lab.a" }],
      ["database.verify", {}],
      ["database.compact", {}],
      ["database.backup", { folder: "data/x" }],
      ["database.import", { kind: "csv", path: "data/x" }],
      ["database.cancel", { job: 1 }],
    ]
    for (const [name, args] of changes) {
      await expect(history.rpcTo("db-test", name, args)).rejects.toThrow(`${name} needs an administrator`)
    }
    const admin = await net.adminClient()
    await expect(admin.rpcTo("db-test", "database.delete", {})).rejects.toThrow(
      'expected "metric", "metrics" or "pattern"',
    )
    await expect(admin.rpcTo("db-test", "database.delete", { metric: "no.such" })).rejects.toThrow(
      "nothing is stored of no.such",
    )
    await expect(admin.rpcTo("db-test", "database.backup", { folder: "x" })).rejects.toThrow(
      "expected an absolute path",
    )
    expect(await admin.rpcTo("db-test", "database.delete", { pattern: "lab.*", wait: 10 })).toMatchObject({
      ...{ kind: "delete", state: "done", user: net.admin.name, result: { metrics: 2 } },
      arguments: { pattern: "lab.*" },
    })
    await expect(history.historyLastValue("lab.a")).rejects.toMatchObject({ code: "not-stored" })
    expect((await history.historyAggregate("hall.a", everything)).count).toBe(5)
    await expect.poll(() => history.getMetrics({ historic: true, metadata: false }), POLL).toEqual({ "hall.a": {} })
    const { jobs } = await history.rpcTo("db-test", "database.jobs")
    expect(jobs).toMatchObject([{ job: 1, kind: "delete", state: "done" }])
    // It is stored again as soon as it comes again.
    await send(source, "lab.a", 10, 1)
    await expect.poll(async () => (await history.historyLastValue("lab.a"))?.value, POLL).toBe(10)
    const metrics = ["lab.a", "hall.a", "no.such"]
    expect(await admin.rpcTo("db-test", "database.delete", { metrics, wait: 10 })).toMatchObject({
      ...{ state: "done", arguments: { metrics }, result: { metrics: 2 } },
    })
  })

  test("is verified, compacted, backed up, and cleared of a range, while it runs", async (t) => {
    const { net, history, source } = await network(t, kind)
    const folder = await databaseFolder(t)
    const database = await startDatabase(t, net, undefined, { folder })
    await send(source, "lab.a", 0, 100)
    await untilStored(history, 100)
    const admin = await net.adminClient()
    const backup = join(await databaseFolder(t), "copy")
    const ask = (name: string, args: JsonObject = {}) =>
      admin.rpcTo("db-test", `database.${name}`, { wait: 20, ...args })
    expect(await ask("backup", { folder: backup })).toMatchObject({ state: "done", result: { folder: backup } })
    expect(await ask("compact")).toMatchObject({ state: "done", result: { segments: 1 } })
    expect(await ask("verify")).toMatchObject({ state: "done", result: { problems: 0, damaged: [] } })
    const range = { begin: at(10).toIso(), end: at(20).toIso() }
    await expect(ask("delete", { metric: "lab.a", range: { begin: range.end, end: range.begin } })).rejects.toThrow(
      /not before its end/,
    )
    await expect(ask("delete", { metric: "lab.a", range: { begin: "soon" } })).rejects.toThrow(
      /range.begin: expected a time/,
    )
    expect(await ask("delete", { metric: "lab.a", range })).toMatchObject({ state: "done", result: { metrics: 1 } })
    expect((await history.historyAggregate("lab.a", everything)).count).toBe(90)
    expect((await history.rpcTo("db-test", "database.status")).store).toMatchObject({ segments: expect.any(Number) })

    await database.stop()
    await startDatabase(t, net, undefined, { folder: backup })
    expect((await history.historyAggregate("lab.a", everything)).count).toBe(100)
  })

  test("imports points from files of its machine, and can be asked about them then", async (t) => {
    const { net, history } = await network(t, kind)
    await startDatabase(t, net, { metrics: { "lab.b": { input: "lab.other" } }, patterns: ["hall.**"], stats: false })
    const path = join(await databaseFolder(t), "points.csv")
    await writeFile(
      path,
      "time,metric,value\n2026-11-23T10:00:00Z,lab.a,1\n2026-11-23T10:00:01Z,lab.a,2\n2026-11-23T10:00:00Z,hall.a,3\n",
    )
    const admin = await net.adminClient()
    const ask = (args: JsonObject) =>
      admin.rpcTo("db-test", "database.import", { kind: "csv", path, wait: 10, ...args })
    await expect(ask({ kind: "xls" })).rejects.toThrow('"xls" cannot be imported: hta, csv, parquet can')
    await expect(ask({ options: { form: "round" } })).rejects.toThrow(/option form/)
    expect(await ask({})).toMatchObject({ state: "done", result: { points: 3, metrics: 2 } })
    expect((await history.historyLastValue("lab.a"))?.value).toBe(2)
    expect(await history.getMetrics({ historic: true, metadata: false })).toMatchObject({ "lab.a": {}, "hall.a": {} })
    expect(await ask({})).toMatchObject({ state: "done", result: { points: 0 } })
    expect(await ask({ path: "/no/such/file.csv" })).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("/no/such"),
    })
  })

  test("measures itself, and stores that, too", async (t) => {
    const { net, history, source } = await network(t, kind)
    await startDatabase(t, net, { patterns: ["**"], stats: { prefix: "lab.db.", rate: 20 } })
    await send(source, "lab.a", 0, 10)
    await expect.poll(async () => (await lastOf(history, "lab.db.metrics.count")) ?? 0, POLL).toBeGreaterThan(10)
    await expect.poll(async () => await lastOf(history, "lab.db.write.request.rate"), POLL).toBeGreaterThan(0)
    const metadata = await (await net.adminClient()).getMetrics({ prefix: "lab.db.write." })
    expect(metadata["lab.db.write.pending.time"]).toMatchObject({
      ...{ unit: "s", rate: 20, source: "db-test" },
      description: expect.stringContaining("on disk"),
    })
    expect(Object.keys(metadata).sort()).toEqual(
      ["active.count", "data.rate", "failed.count", "pending.count", "pending.time", "request.rate", "utilization"].map(
        (name) => `lab.db.write.${name}`,
      ),
    )
  })

  test("does not start without a configuration, nor in a folder that is in use", async (t) => {
    const { net } = await network(t, kind)
    const folder = await databaseFolder(t)
    await expect(startDatabase(t, net, null, { token: "db-none" })).rejects.toMatchObject({
      code: "no-configuration",
    })
    await startDatabase(t, net, {}, { folder, logger: keepingLogger() })
    await expect(startDatabase(t, net, {}, { token: "db-other", folder })).rejects.toMatchObject({ code: "in-use" })
  })

  test("goes on after a lost connection, and after the manager was away", async (t) => {
    const { net, history, source } = await network(t, kind)
    await startDatabase(t, net)
    await send(source, "lab.a", 0, 10)
    await untilStored(history, 10)
    await net.stopManager()
    net.broker.proxy.cut()
    await send(source, "lab.a", 10, 10)
    await net.startManager()
    await expect.poll(async () => (await history.historyAggregate("lab.a", everything)).count, POLL).toBe(20)
  })
})

/** Whether points of a metric that is not stored still reach the database, which stores `marker`. */
async function comesStill(client: Client, source: TestSource, metric: string, marker: string): Promise<boolean> {
  const points = async () => (await client.rpcTo("db-test", "database.status")).points as Record<string, number>
  const before = await points()
  await send(source, metric, 1000, 1)
  await send(source, marker, 1000, 1)
  const { ignored } = (await untilStored(client, before.stored! + 1)).points as Record<string, number>
  return ignored !== before.ignored
}

const POLL = { timeout: 20_000, interval: 50 }

async function lastOf(
  history: { historyLastValue(metric: string): Promise<{ value: number } | undefined> },
  metric: string,
) {
  return history.historyLastValue(metric).then(
    (point) => point?.value,
    () => undefined,
  )
}
