import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { HistoryClient, type JsonObject, type Metadata, Source, silentLogger, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { Home, type TestScope } from "./testing/command-process.js"

/** Sends a number every few milliseconds, under the name that its configuration has at the time. */
class Counting extends Source<{ metrics: Record<string, Metadata> }> {
  sent = 0
  isStubborn = false
  #name = ""
  #timer: NodeJS.Timeout | undefined

  override async onConfig({ metrics }: { metrics: Record<string, Metadata> }): Promise<void> {
    if (this.isStubborn) throw new Error("not with me")
    await this.declareMetrics(metrics)
    this.#name = Object.keys(metrics)[0]!
  }

  begin(): void {
    this.#timer = setInterval(() => void this.send(this.#name, Timestamp.now(), this.sent++), 5)
  }

  override async stop(...args: Parameters<Source["stop"]>): Promise<void> {
    clearInterval(this.#timer)
    await super.stop(...args)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

/** A network whose database stores one metric by its name, and `metricq` in it. */
async function network(t: TestScope) {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo"])
  const run = (...args: string[]) => home.run([...args, "--server", server])
  const configure = async (token: string, config: object, ...more: string[]) => {
    const path = join(home.folder, `${token}.json`)
    writeFileSync(path, JSON.stringify(config))
    expect(await run("config", "set", token, path, ...more)).toMatchObject({ code: 0 })
  }
  const config = async (token: string): Promise<JsonObject> => JSON.parse((await run("config", "get", token)).stdout)
  await configure("source-lab", { metrics: { "lab.old": { unit: "W", rate: 200 } } })
  await configure("db-timeline", { metrics: { "lab.old": { interval_min: "1s" } }, stats: false }, "--apply")
  const connected = async <C extends Counting | HistoryClient>(client: C) => {
    await client.connect()
    t.onTestFinished(() => client.stop())
    return client
  }
  const counting = (token: string) => connected(new Counting({ token, url: server, logger: silentLogger }))
  const source = await counting("source-lab")
  const history = await connected(new HistoryClient({ token: "history-test", url: server, logger: silentLogger }))
  const everything = { start: Timestamp.fromNs(1n), end: Timestamp.fromNs(2n ** 62n) }
  const count = async (metric: string) => Number((await history.historyAggregate(metric, everything)).count)
  return { run, configure, config, source, counting, history, count }
}

const POLL = { timeout: 20_000, interval: 50 }

test("a metric is renamed while its source sends, and not one point is missing", async (t) => {
  const { run, configure, config, source, count } = await network(t)
  await configure("transformer-sum", {
    metrics: { "lab.sum": { expression: { operation: "*", left: "lab.old", right: 2 } } },
  })
  await run("metadata", "set", "lab.old", "description=main feed")
  source.begin()
  await expect.poll(() => count("lab.old").catch(() => 0), POLL).toBeGreaterThan(100)

  const dry = await run("rename", "lab.old", "lab.new", "--dry-run")
  expect(dry).toMatchObject({ code: 0, stderr: "" })
  expect(dry.stdout).toMatch(/^source {6}source-lab \(up\): the name stands at \/metrics\/lab\.old$/m)
  expect(dry.stdout).toMatch(/^database {4}db-timeline \(up\): \d+ points, of which only the name changes$/m)
  expect(dry.stdout).toMatch(/^-.*"left": "lab\.old",?\n\+.*"left": "lab\.new",?$/m)
  expect(await run("rename", "lab.old", "lab.new")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") })

  const renamed = await run("rename", "lab.old", "lab.new", "--yes", "--json")
  expect(JSON.parse(renamed.stdout)).toMatchObject({
    done: true,
    steps: [
      { id: "config:db-timeline", kind: "both", state: "done" },
      { id: "config:source-lab", state: "done" },
      { id: "config:transformer-sum", state: "stored" },
      { id: "history:db-timeline", state: "done" },
      { id: "config:db-timeline", kind: "config", state: "done" },
      { id: "metadata", state: "done" },
    ],
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await source.end()
  await expect.poll(() => count("lab.new"), POLL).toBe(source.sent)
  expect(await config("db-timeline")).toEqual({ metrics: { "lab.new": { interval_min: "1s" } }, stats: false })
  expect(JSON.parse((await run("metadata", "get", "lab.new", "--json")).stdout)[0].metadata).toMatchObject({
    ...{ description: "main feed", unit: "W", source: "source-lab", historic: true },
  })
  expect((await run("metrics", "lab.*")).stdout).toBe("lab.new\n")
  expect(await run("rename", "lab.old", "lab.new", "--yes")).toMatchObject({
    code: 0,
    stdout: "nothing is left to do: lab.old is lab.new already\n",
  })
})

test("an agent that refuses leaves everything as it was, and the same command goes on", async (t) => {
  const { run, config, source, count } = await network(t)
  source.begin()
  await expect.poll(() => count("lab.old").catch(() => 0), POLL).toBeGreaterThan(10)
  source.isStubborn = true
  const refused = await run("rename", "lab.old", "lab.new", "--yes")
  expect(refused.code).toBe(1)
  expect(refused.stdout).toMatch(/^done {8}config:db-timeline\nfailed {6}config:source-lab {2}the agent refuses it/m)
  expect(refused.stderr).toMatch(/^metricq: the agent refuses it: .*; the same command goes on from there\n$/)
  expect(await config("source-lab")).toMatchObject({ metrics: { "lab.old": {} } })
  source.isStubborn = false
  expect(await run("rename", "lab.old", "lab.new", "--yes")).toMatchObject({ code: 0, stderr: "" })
  await source.end()
  await expect.poll(() => count("lab.new"), POLL).toBe(source.sent)
})

test("with an alias a new sensor goes on with the history of the one it replaces", async (t) => {
  const { run, configure, config, source: old, counting, count, history } = await network(t)
  await configure("db-timeline", { patterns: ["lab.*"], stats: false }, "--apply")
  old.begin()
  await expect.poll(() => count("lab.old").catch(() => 0), POLL).toBeGreaterThan(50)
  await old.end()
  await configure("source-new", { metrics: { "lab.sensor2": { unit: "W", rate: 200 } } })
  const source = await counting("source-new")
  source.begin()
  await expect.poll(() => count("lab.sensor2").catch(() => 0), POLL).toBeGreaterThan(50)
  expect(await run("rename", "lab.sensor2", "lab.old", "--alias", "--yes")).toMatchObject({
    code: 1,
    stderr: "metricq: lab.sensor2 cannot become lab.old: source-lab declares lab.old\n",
  })
  await old.stop()
  const dry = async () =>
    JSON.parse((await run("rename", "lab.sensor2", "lab.old", "--alias", "--dry-run", "--json")).stdout)
  await expect.poll(async () => (await dry()).clashes, POLL).toEqual([])
  const done = await run("rename", "lab.sensor2", "lab.old", "--alias", "--yes")
  expect(done, done.stdout + done.stderr).toMatchObject({ code: 0, stderr: "" })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await source.end()
  await expect.poll(() => count("lab.old"), POLL).toBe(old.sent + source.sent)
  expect(await config("db-timeline")).toMatchObject({
    patterns: ["lab.*"],
    metrics: { "lab.old": { input: "lab.sensor2", interval_min: "1s" } },
  })
  await expect(history.historyLastValue("lab.sensor2")).rejects.toMatchObject({ code: "not-stored" })
})
