import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { HistoryClient, silentLogger, Timestamp } from "@metricq/client"
import { TestCouchdb } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

test("one command brings a network that measures this machine, and Ctrl-C ends it within two seconds", async (t) => {
  const home = new Home(t)
  const { up, server } = await home.up()
  expect(server).toMatch(/^amqp:\/\/127\.0\.0\.1:\d+\/$/)
  expect(up.printed.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "documents",
    "broker",
    "manager",
    "web",
    "database",
    "agent",
    "ready",
    "",
  ])
  const metrics = await home.run(["metrics", "*.cpu.usage", "--server", server])
  expect(metrics).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^\w+\.cpu\.usage\n$/) })
  const asked = performance.now()
  const { code, stderr } = await up.kill("SIGINT")
  expect(performance.now() - asked).toBeLessThan(2000)
  expect(code).toBe(0)
  expect(stderr).toBe("")
})

test("the page knows what is measured, and may see and change configurations", async (t) => {
  const home = new Home(t)
  const { web } = await home.up()
  expect(web).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const get = async (path: string) => JSON.parse(await (await fetch(new URL(path, web))).text())
  await expect.poll(async () => (await get("api/v1/metrics?search=cpu.usage")).total, { timeout: 10_000 }).toBe(1)
  const { metrics } = await get("api/v1/metrics?search=cpu.usage")
  const last = async () => {
    const headers = { "content-type": "application/json" }
    const body = JSON.stringify({ metrics: [metrics[0].name] })
    const answer = await fetch(new URL("api/v1/last", web), { method: "POST", headers, body })
    return JSON.parse(await answer.text())[metrics[0].name]?.value
  }
  await expect.poll(last, { timeout: 10_000 }).toBeGreaterThanOrEqual(0)
  expect((await get("api/v1/configs")).configs).toHaveLength(2)
})

test("a network can keep its documents in a CouchDB, and says so without the password", async (t) => {
  const couchdb = await TestCouchdb.start(t, { user: "metricq", password: "swordfish" })
  const home = new Home(t)
  const { up } = await home.up(["--documents", couchdb.url, "--no-web", "--no-database"])
  expect(up.printed).toMatch(/^documents {2}http:\/\/metricq:\*+@127\.0\.0\.1:\d+\/$/m)
  expect(up.printed).not.toContain("swordfish")
  expect(couchdb.database("config").get("source-sysinfo")).toMatchObject({ rate: 1 })
  const { code, stderr } = await up.kill("SIGINT")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
})

test("a network without a page says no address of one", async (t) => {
  const { up, server, web } = await new Home(t).up(["--no-web", "--no-demo", "--no-database"])
  expect(server).toMatch(/^amqp:/)
  expect(web).toBe("")
  expect(up.printed).not.toContain("http")
})

test("a taken port of the page is one line and exit code 1, and nothing stays", async (t) => {
  const home = new Home(t)
  const { web } = await home.up(["--no-demo", "--no-database"])
  const { port } = new URL(web)
  const data = join(home.folder, "other")
  const ended = await home.run(["up", "--data", data, "--amqp-port", "0", "--http-port", port])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(new RegExp(`^metricq: .*${port}.*\\n$`))
  expect(ended.stdout).not.toContain("ready")
  expect(existsSync(join(data, "documents", "lock"))).toBe(false)
})

test("a second start finds the same configuration and metadata", async (t) => {
  const home = new Home(t)
  const first = await home.up()
  const set = ["config", "set", "source-sysinfo", "-", "--server", first.server, "--note", "faster"]
  const { code } = await home.run(set, { input: '{"rate": 2, "prefix": "renamed"}' })
  expect(code).toBe(0)
  const before = await home.run(["metrics", "--json", "--server", first.server])
  // The database declares what it measures itself anew with each start.
  const lasting = JSON.parse(before.stdout).filter(({ source }: { source: string }) => source !== "db-timeline")
  await first.up.kill("SIGTERM")

  const second = await home.up()
  const config = await home.run(["config", "get", "source-sysinfo", "--server", second.server])
  expect(JSON.parse(config.stdout)).toEqual({ rate: 2, prefix: "renamed" })
  const after = await home.run(["metrics", "--json", "--server", second.server])
  expect(JSON.parse(after.stdout).length).toBeGreaterThan(JSON.parse(before.stdout).length)
  expect(JSON.parse(after.stdout)).toEqual(expect.arrayContaining(lasting))
})

test("every metric is stored within seconds, and is still there after a kill", async (t) => {
  const home = new Home(t)
  const started = performance.now()
  const { up, server } = await home.up()
  const first = await firstPoint(t, server)
  expect(performance.now() - started).toBeLessThan(HISTORY_MS)
  await up.kill("SIGKILL")

  const second = await home.up()
  expect(second.up.printed).toMatch(/^database {3}\S+timeline \(\d{2,} metrics\)$/m)
  const history = await historyOf(t, second.server)
  const all = { start: Timestamp.fromNs(1n) }
  expect((await history.historyRawTimeline(first.metric, all)).times[0]).toBe(first.timeNs)
  await expect
    .poll(async () => (await history.historyAggregate(first.metric, all)).count, { timeout: 10_000 })
    .toBeGreaterThan(2)
})

test("a database that is not wanted does not run, and one that crashes or cannot start is told about", async (t) => {
  const home = new Home(t)
  const { up } = await home.up(["--no-database", "--no-demo"])
  expect(up.printed).not.toContain("database")
  await up.kill("SIGTERM")
  writeFileSync(join(home.folder, "data", "timeline"), "no folder")
  const ended = await home.run(["up", "--data", join(home.folder, "data"), "--amqp-port", "0", "--no-demo"])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^metricq: .*timeline.*\n$/)
})

test("the administrator's secret is private, and gone afterwards", async (t) => {
  const home = new Home(t)
  const { up, server } = await home.up(["--no-demo"])
  const file = join(home.folder, "metricq", `${new URL(server).port}.json`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const admin = await home.run(["config", "list", "--server", server])
  expect(admin).toMatchObject({ code: 0, stderr: "" })
  const guest = await home.run(["config", "list", "--server", server.replace("//", "//guest:guest@")])
  expect(guest).toMatchObject({ code: 1, stdout: "" })
  expect(guest.stderr).toMatch(/^metricq: config.list needs an administrator; guest is not one.*\n$/)
  const stranger = await home.run(["config", "list", "--server", server], {
    env: { XDG_RUNTIME_DIR: join(home.folder, "elsewhere"), TMPDIR: join(home.folder, "elsewhere") },
  })
  expect(stranger.code).toBe(1)
  await up.kill("SIGTERM")
  expect(existsSync(file)).toBe(false)
})

test("a port that is taken is one line and exit code 1", async (t) => {
  const home = new Home(t)
  const holder = createServer().listen(0, "127.0.0.1")
  t.onTestFinished(() => void holder.close())
  await new Promise((resolve) => holder.once("listening", resolve))
  const { port } = holder.address() as { port: number }
  const ended = await home.run(["up", "--data", join(home.folder, "data"), "--amqp-port", String(port)])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(new RegExp(`^metricq: .*${port}.*\\n$`))
  expect(ended.stdout).not.toContain("ready")
  expect(existsSync(join(home.folder, "metricq"))).toBe(false)
})

test("a data folder in use is one line and exit code 1", async (t) => {
  const home = new Home(t)
  const { up } = await home.up(["--no-demo"])
  const ended = await home.run(["up", "--data", join(home.folder, "data"), "--amqp-port", "0"])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(new RegExp(`^metricq: .*is in use by process ${up.child.pid}.*\\n$`))
})

test("a broker that does not answer is one line and exit code 1, without its password", async (t) => {
  const home = new Home(t)
  const ended = await home.run(["up", "--data", home.folder, "--broker", "amqp://me:geheim@127.0.0.1:1/"])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^metricq: no broker answers at amqp:\/\/127\.0\.0\.1:1\/ .*\n$/)
  expect(ended.stdout + ended.stderr).not.toContain("geheim")
})

test("beyond loopback it does not start with the password that everybody knows", async (t) => {
  const home = new Home(t)
  const ended = await home.run(["up", "--data", home.folder, "--host", "0.0.0.0", "--amqp-port", "0"])
  expect(ended.code).toBe(1)
  expect(ended.stderr.trim().split("\n")).toHaveLength(1)

  writeFileSync(join(home.folder, "password"), "geheim\n")
  const user = ["--host", "0.0.0.0", "--user", `lab:${join(home.folder, "password")}`, "--no-demo"]
  const { server } = await home.up(user)
  const { port } = new URL(server)
  const lab = await home.run(["metrics", "--server", `amqp://lab:geheim@127.0.0.1:${port}/`])
  expect(lab).toMatchObject({ code: 0, stderr: "" })
  const guest = await home.run(["metrics", "--server", `amqp://127.0.0.1:${port}/`])
  expect(guest.stderr).toMatch(/refuses user "guest"/)
  const admin = await home.run(["config", "list", "--server", `amqp://localhost:${port}/`])
  expect(admin).toMatchObject({ code: 0, stderr: "" })
})

test("a network file says which agents run with which configurations", async (t) => {
  const home = new Home(t)
  const file = join(home.folder, "network.json")
  const agents = { "source-sysinfo-lab": { config: { rate: 5, prefix: "lab" } } }
  writeFileSync(file, JSON.stringify({ agents }))
  const { up, server } = await home.up(["--config", file])
  expect(up.printed).toContain("source-sysinfo-lab")
  const metrics = await home.run(["metrics", "**.cpu.usage", "--server", server])
  expect(metrics.stdout).toBe("lab.cpu.usage\n")
  const config = await home.run(["config", "list", "--json", "--server", server])
  expect(JSON.parse(config.stdout)).toMatchObject([
    { token: "db-timeline", author: "metricq up" },
    { token: "source-sysinfo-lab", author: "metricq up" },
  ])

  writeFileSync(file, '{"agents": {"lab": {}}}')
  const wrong = await home.run(["up", "--config", file, "--data", join(home.folder, "other")])
  expect(wrong).toMatchObject({ code: 1, stdout: "" })
  expect(wrong.stderr).toMatch(/^metricq: .*network\.json: agents\.lab\.kind: expected a kind of agent.*\n$/)
  expect(readdirSync(home.folder)).not.toContain("other")
})

test("an agent whose configuration is wrong is told about, and starts with the next one", async (t) => {
  const home = new Home(t)
  const { up, server } = await home.up()
  const set = ["config", "set", "source-sysinfo", "-", "--no-check", "--server", server]
  await home.run(set, { input: '{"rate": "often"}' })
  await up.kill("SIGTERM")
  const second = await home.up()
  await second.up.until(/^metricq: agent source-sysinfo: .*rate.*started again in 1 s$/m)
  await home.run(["config", "set", "source-sysinfo", "-", "--server", second.server], {
    input: '{"rate": 1, "prefix": "a1"}',
  })
  await second.up.until(/^agent .*source-sysinfo/m)
})

/** From the start to the first stored point, on a machine that does other things as well; alone it takes a second. */
const HISTORY_MS = 10_000

async function historyOf(t: TestContext, server: string): Promise<HistoryClient> {
  const history = new HistoryClient({ token: "history-test", url: server, logger: silentLogger })
  t.onTestFinished(() => history.stop())
  await history.connect()
  return history
}

/** The first stored point of the processor's usage, as soon as there is one. */
async function firstPoint(t: TestContext, server: string): Promise<{ metric: string; timeNs: bigint }> {
  const history = await historyOf(t, server)
  for (;;) {
    const [metric] = Object.keys(await history.getMetrics({ selector: "\\.cpu\\.usage$" }))
    const points = metric && (await history.historyRawTimeline(metric, { start: Timestamp.fromNs(1n) }))
    if (points && points.times.length > 0) return { metric, timeNs: points.times[0]! }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
