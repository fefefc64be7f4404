import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Timestamp } from "@metricq/client"
import { startNetwork } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

/** A network in which `lab.power` is 100 W all the time, measured every 20 ms. */
async function powered(t: TestContext) {
  const net = await startNetwork(t, { kind: "embedded" })
  const db = await net.database("db-lab", ["lab.power", "lab.past"])
  const source = await net.source("source-lab", {
    metrics: {
      "lab.power": { unit: "kW", rate: 50 },
      "lab.silent": { unit: "W", rate: 10 },
      "lab.past": { unit: "W" },
    },
  })
  const timer = setInterval(() => void source.send("lab.power", Timestamp.now(), 0.1), 20)
  t.onTestFinished(() => clearInterval(timer))
  const home = new Home(t)
  const start = (...args: string[]) => home.start(["energy", "--server", net.url, ...args])
  const run = (...args: string[]) => start(...args).finished
  return { db, home, start, run }
}

const node = (script: string) => ["--", process.execPath, "-e", script]

test("the energy of a command is its power times its time, in joules", async (t) => {
  const { run } = await powered(t)
  const command = node("setTimeout(() => console.log('done'), 300)")
  const { code, stdout, stderr } = await run("-m", "lab.power", "--json", ...command)
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toMatch(/^done\n\{/)
  const report = JSON.parse(stdout.slice(stdout.indexOf("{")))
  expect(report).toMatchObject({ command: command.slice(1), exitCode: 0 })
  expect(report.seconds).toBeGreaterThan(0.3)
  const [metric] = report.metrics
  expect(metric).toMatchObject({ metric: "lab.power", unit: "kW", integralUnit: "J", coverage: 1, mean: 0.1 })
  expect(metric.integral).toBeCloseTo(100 * report.seconds, 6)
  expect(metric.kWh).toBeCloseTo(metric.integral / 3.6e6, 12)
  expect(metric.points).toBeGreaterThan(5)
})

test("people get a table, and files the report alone", async (t) => {
  const { run, home } = await powered(t)
  const shown = await run("-m", "lab.power", ...node("setTimeout(() => {}, 100)"))
  expect(shown.stdout).toMatch(/exit code 0, 0\.\d+ s from \S+Z to \S+Z\n/)
  expect(shown.stdout).toMatch(/^metric +energy +kWh +mean +min +max +coverage +points$/m)
  expect(shown.stdout).toMatch(/^lab\.power +\d+\.\d+ J +\d\S* +0\.100000 kW +0\.100000 kW +0\.100000 kW +100 % +\d+$/m)
  const written = await run("-m", "lab.power", "-o", "report.txt", ...node("console.log(7)"))
  expect(written).toMatchObject({ code: 0, stdout: "7\n" })
  expect(readFileSync(join(home.folder, "report.txt"), "utf8")).toMatch(/^lab\.power +\S+ J /m)
})

test("the exit code is that of the command, or what a shell would make of it", async (t) => {
  const { run } = await powered(t)
  const once = ["-m", "lab.power", "--wait", "1ms"]
  expect((await run(...once, ...node("process.exit(7)"))).code).toBe(7)
  expect((await run(...once, ...node("process.kill(process.pid, 'SIGKILL')"))).code).toBe(137)
  expect(await run(...once, "--", "no-such-command")).toEqual({
    code: 127,
    stdout: "",
    stderr: "metricq: cannot run no-such-command: there is no such command\n",
  })
  expect((await run(...once, "--", "/")).code).toBe(126)
})

test("signals go to the command, and the report is made all the same", async (t) => {
  const { start } = await powered(t)
  const patient = "process.on('SIGTERM', () => process.exit(3)); setInterval(() => console.log('still here'), 50)"
  const running = start("-m", "lab.power", ...node(patient))
  await running.until(/still here/)
  const ended = await running.kill("SIGTERM")
  expect(ended.code).toBe(3)
  expect(ended.stdout).toMatch(/^lab\.power +\S+ J /m)
  const asleep = start("-m", "lab.power", ...node("setInterval(() => console.log('still here'), 50)"))
  await asleep.until(/still here/)
  expect((await asleep.kill("SIGINT")).code).toBe(130)
})

test("a metric that sends nothing is told about, and one that is unknown runs nothing", async (t) => {
  const { run } = await powered(t)
  const silent = await run("-m", "lab.silent", "--wait", "100ms", ...node("console.log('ran')"))
  expect(silent).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lab\.silent +– .* 0 % +0$/m) })
  expect(silent.stderr).toMatch(/^metricq: lab\.silent has sent nothing/)
  const unknown = await run("-m", "lab.pwer", ...node("console.log('ran')"))
  expect(unknown).toMatchObject({ code: 1, stdout: "" })
  expect(unknown.stderr).toMatch(/^metricq: no metric lab\.pwer is known; did you mean lab\.power/)
})

test("the past comes from the databases", async (t) => {
  const { db, run } = await powered(t)
  const begin = BigInt(Date.parse("2026-11-26T03:00:00Z")) * 1_000_000n
  for (let second = 0; second <= 100; second += 1) db.put("lab.past", begin + BigInt(second) * 1_000_000_000n, 36)
  const range = ["--from", "2026-11-26T03:00:00Z", "--to", "2026-11-26T03:01:40Z"]
  const { code, stdout } = await run("-m", "lab.past", ...range, "--json")
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    seconds: 100,
    metrics: [{ metric: "lab.past", integral: 36 * 99, kWh: (36 * 99) / 3.6e6, coverage: 0.99, points: 100 }],
  })
})

test("a command and a time exclude each other, and one is needed", async (t) => {
  const home = new Home(t)
  const usage = async (...args: string[]) => {
    const { code, stderr } = await home.run(["energy", ...args])
    expect(code).toBe(2)
    return stderr
  }
  expect(await usage("-m", "lab.a")).toMatch(/^metricq: name a command behind --/)
  expect(await usage("-m", "lab.a", "--from", "-1h", "--", "true")).toMatch(/cannot be together/)
  expect(await usage("-m", "lab.a", "--to", "-1h")).toMatch(/--to needs a --from/)
  expect(await usage("--", "true")).toMatch(/required option '-m, --metric <pattern>'/)
})
