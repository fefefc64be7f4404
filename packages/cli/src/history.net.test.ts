import { readFileSync } from "node:fs"
import { join } from "node:path"
import { startNetwork } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

const BEGIN = Date.parse("2026-11-26T03:00:00Z")
const RANGE = ["--from", "2026-11-26T03:00:00Z", "--to", "2026-11-26T03:01:40Z"]

/** A network whose database has a hundred seconds of two metrics, one of them with a gap, and nothing of a third. */
async function pastOf(t: TestContext) {
  const net = await startNetwork(t, { kind: "embedded" })
  const db = await net.database("db-lab", ["lab.node1.power", "lab.node2.power", "lab.hall.temperature"])
  const metrics = { "lab.node1.power": { unit: "W", rate: 1 }, "lab.hall.temperature": { unit: "°C", rate: 1 } }
  await net.source("source-lab", { metrics: { ...metrics, "lab.node2.power": { unit: "W" }, "lab.live": {} } })
  for (let second = -1; second <= 100; second += 1) {
    const timeNs = BigInt(BEGIN + second * 1000) * 1_000_000n
    db.put("lab.node1.power", timeNs, second === 50 ? 900 : 100)
    if (second < 30 || second > 60) db.put("lab.hall.temperature", timeNs, 20 + second / 100)
  }
  const home = new Home(t)
  const run = (...args: string[]) => home.run(["history", ...args, "--server", net.url])
  return { home, run }
}

test("raw points are CSV with a line each that begins with the time", async (t) => {
  const { run } = await pastOf(t)
  const { code, stdout, stderr } = await run("lab.node1.power", ...RANGE, "--raw", "--format", "csv")
  expect([code, stderr]).toEqual([0, ""])
  const lines = stdout.trim().split("\n")
  expect(lines[0]).toBe("time,metric,value")
  expect(lines.filter((line) => /^\d{4}-/.test(line))).toHaveLength(100)
  expect(lines[1]).toBe("2026-11-26T03:00:00Z,lab.node1.power,100")
  expect(lines.at(-1)).toBe("2026-11-26T03:01:39Z,lab.node1.power,100")
})

test("rows are as long as asked for, and CSV where nothing else is said", async (t) => {
  const { run } = await pastOf(t)
  const { stdout } = await run("lab.node1.power", ...RANGE, "--interval", "50s")
  expect(stdout.trim().split("\n")).toEqual([
    "time,metric,min,max,mean,sum,count,integral,active",
    "2026-11-26T03:00:00Z,lab.node1.power,100,100,100,5000,50,5000,50",
    "2026-11-26T03:00:50Z,lab.node1.power,100,900,116,5800,50,5800,50",
  ])
  expect((await run("lab.node1.power", ...RANGE, "--points", "10")).stdout.trim().split("\n")).toHaveLength(11)
})

test("several metrics, by pattern, as JSON, as a table and in files", async (t) => {
  const { run, home } = await pastOf(t)
  const json = JSON.parse((await run("lab.*.temperature", "/node1/", ...RANGE, "--raw", "--json")).stdout)
  expect(Object.keys(json)).toEqual(["lab.hall.temperature", "lab.node1.power"])
  expect(json["lab.node1.power"][50]).toEqual({ time: "2026-11-26T03:00:50Z", value: 900 })
  const table = await run("lab.node1.power", ...RANGE, "--interval", "100s", "--format", "table")
  expect(table.stdout).toMatch(/^time +metric +min +mean +max +points\n2026-11-26 \S+ +lab\.node1\.power +100 +/)
  const written = await run("lab.node1.power", ...RANGE, "--raw", "-o", "power.csv")
  expect(written).toMatchObject({ code: 0, stdout: "" })
  expect(readFileSync(join(home.folder, "power.csv"), "utf8").trim().split("\n")).toHaveLength(101)
  await run("lab.node1.power", ...RANGE, "-o", "power.parquet")
  expect(readFileSync(join(home.folder, "power.parquet")).subarray(0, 4).toString()).toBe("PAR1")
})

test("a plot is drawn with a table of what is known, also into a pipe", async (t) => {
  const { run } = await pastOf(t)
  const { code, stdout } = await run("lab.node1.power", "lab.hall.temperature", ...RANGE, "--plot")
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ *W {2}lab\.node1\.power$/m)
  expect(stdout).toMatch(/^ *°C {2}lab\.hall\.temperature$/m)
  expect(stdout).toMatch(/[\u2801-\u28ff]{20}/)
  expect(stdout).toMatch(/^metric +min +mean +max +integral +coverage +points$/m)
  expect(stdout).toMatch(/^lab\.node1\.power +100 W +108 W +900 W +10\.8000 kJ +100 % +100$/m)
})

test("a metric that is not stored is named, with names like it, in one line", async (t) => {
  const { run } = await pastOf(t)
  const cases: [string, RegExp][] = [
    ["lab.nod1.power", /^metricq: no metric lab\.nod1\.power is stored; did you mean lab\.node1\.power, .*\?\n$/],
    ["lab.live", /^metricq: no database stores lab\.live; metricq watch lab\.live .*\n$/],
    ["xyz.*", /^metricq: no stored metric matches xyz\.\*; .*\n$/],
  ]
  for (const [metric, stderr] of cases) {
    const ended = await run(metric, "--raw")
    expect(ended.stderr).toMatch(stderr)
    expect(ended).toMatchObject({ code: 1, stdout: "" })
  }
  const none = await run("lab.node2.power", "--plot")
  expect(none.code).toBe(1)
})

test("wrong times and options that exclude each other are wrong usage", async (t) => {
  const home = new Home(t)
  const cases: [string[], RegExp][] = [
    [["--from", "yesterday"], /^metricq: --from yesterday: expected an ISO 8601 time/],
    [["--from", "now"], /^metricq: --from now is not before --to now\n$/],
    [["--raw", "--points", "5"], /--points.*cannot be used with.*--raw/],
    [["--plot", "--format", "csv"], /-o\n$/],
    [["--format", "xml"], /Allowed choices are table, csv/],
    [["--interval", "0s"], /^metricq: --interval 0s: expected a duration/],
  ]
  for (const [args, stderr] of cases) {
    const ended = await home.run(["history", "lab.a", ...args])
    expect(ended.stderr).toMatch(stderr)
    expect(ended).toMatchObject({ code: 2, stdout: "" })
  }
})
