import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { Home, type TestScope } from "./testing/command-process.js"

async function network(t: TestScope, args = ["--no-demo", "--no-database"]) {
  const home = new Home(t)
  const { server } = await home.up(args)
  return { home, server, at: ["--server", server] }
}

test("points are printed as they come, also of a metric that nobody has declared", async (t) => {
  const { home, at } = await network(t)
  const watch = home.start(["watch", "lab.a", "lab.b", ...at])
  const sent = async () =>
    (await home.run(["send", "lab.a", "42.5", "--timestamp", "2026-11-23T10:00:00.25Z", ...at])).stderr
  // Nobody receives it until the subscription is there.
  while ((await sent()) !== "");
  await watch.until(/^2026-11-23T10:00:00\.250Z lab\.a 42\.5\n/m)
  await home.run(["send", "lab.b", ...at, "--", "-inf"])
  await watch.until(/^\S+Z lab\.b -Infinity\n/m)
  expect((await watch.kill("SIGINT")).code).toBe(130)
})

test("metrics that appear later are taken in", async (t) => {
  const { home, at, server } = await network(t)
  const watch = home.start(["watch", "*.cpu.usage", "--json", ...at])
  await watch.until(/no metric matches \*\.cpu\.usage yet/)
  await home.run(["config", "set", "source-sysinfo", "-", ...at], { input: '{"rate": 10, "prefix": "later"}' })
  const agent = home.start(["agent", "source-sysinfo", "--server", server])
  await agent.until(/^ready/m)
  const line = await watch.until(/^\{.*"later\.cpu\.usage".*\}$/m)
  expect(JSON.parse(line[0])).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    metric: "later.cpu.usage",
    value: expect.any(Number),
  })
  expect((await agent.kill("SIGTERM")).code).toBe(0)
  expect((await watch.kill("SIGTERM")).code).toBe(143)
})

test("metrics are listed by glob and expression, as names, table and objects", async (t) => {
  const { home, at } = await network(t, [])
  const names = async (...args: string[]) => (await home.run(["metrics", ...args, ...at])).stdout.trim().split("\n")
  const all = await names()
  expect(all.length).toBeGreaterThan(10)
  expect([...all].sort()).toEqual(all)
  const [usage = ""] = await names("*.cpu.usage")
  expect(usage).toMatch(/^\w+\.cpu\.usage$/)
  expect(await names("/\\.cpu\\.usage$/")).toEqual([usage])
  expect(await names(usage)).toEqual([usage])
  expect(await names("**.usage")).toContain(usage)
  expect(await names("*.usage")).toEqual([""])
  expect(await names("--limit", "3")).toHaveLength(3)
  const long = await names(usage, "--long")
  expect(long[0]).toMatch(/^metric +unit +Hz +source +description$/)
  expect(long[1]).toMatch(new RegExp(`^${usage} +% +1 +source-sysinfo +\\S`))
  const json = JSON.parse((await home.run(["metrics", usage, "--json", ...at])).stdout)
  expect(json).toMatchObject([{ name: usage, unit: "%", rate: 1, source: "source-sysinfo" }])
  expect(Object.keys(json[0]).filter((key) => key.startsWith("_"))).toEqual([])
})

test("a point that nobody receives is told about, and a wrong one is refused", async (t) => {
  const { home, at } = await network(t)
  const lost = await home.run(["send", "lab.nobody", "1", ...at])
  expect(lost).toMatchObject({ code: 0, stdout: "" })
  expect(lost.stderr).toMatch(/^metricq: nobody receives lab\.nobody now.*\n$/)
  expect((await home.run(["send", "lab.#", "1", ...at])).code).toBe(1)
  expect((await home.run(["send", "lab.a", "much", ...at])).code).toBe(2)
  expect((await home.run(["send", "lab.a", "1", "--timestamp", "soon", ...at])).code).toBe(2)
})

test("who is there says so", async (t) => {
  const { home, at } = await network(t, [])
  const table = await home.run(["discover", "--timeout", "1s", ...at])
  expect(table.stdout).toMatch(/^token +host +up +version +library +note\n/)
  expect(table.stdout).toMatch(/^source-sysinfo +\S+ +\S+ s .*metricq-ts/m)
  const json = await home.run(["discover", "--timeout", "1s", "--json", ...at])
  expect(JSON.parse(json.stdout)).toMatchObject({ "source-sysinfo": { alive: true }, manager: { alive: true } })
})

test("the server comes from a file, the environment or an option, in this order", async (t) => {
  const { home, server } = await network(t)
  writeFileSync(join(home.folder, ".metricq"), `METRICQ_SERVER=${server}\n`)
  expect((await home.run(["metrics"])).code).toBe(0)
  const away = { env: { METRICQ_SERVER: "amqp://127.0.0.1:1/" } }
  expect((await home.run(["metrics"], away)).code).toBe(1)
  expect((await home.run(["metrics", "--server", server], away)).code).toBe(0)
})

test("a reader that leaves is no error", async (t) => {
  const { home, at } = await network(t, [])
  const watch = home.start(["watch", "**", ...at])
  await watch.until(/\n/)
  watch.child.stdout?.destroy()
  expect((await watch.finished).code).toBe(0)
})
