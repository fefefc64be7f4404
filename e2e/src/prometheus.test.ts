import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"
import { HistoryClient, silentLogger, Timestamp } from "@metricq/client"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { WebServer } from "@metricq/web"
import { describe, expect, test } from "vitest"
import { UpNetwork } from "./up-network.js"

const run = promisify(execFile)
const promtool = "/usr/bin/promtool"

/** 2026-11-20T06:00:00Z; a point every second of the hour from there on. */
const startS = 1_795_154_400
const seconds = 3600

/** Power of 0 … 9 W over and over, and the joules since the start, of which there are 4.5 a second. */
const valuesOf: Record<string, (i: number) => number> = {
  "lab.node1.energy": (i) => 1000 + 4.5 * i,
  "lab.node1.power": (i) => i % 10,
}

async function served(t: TestScope): Promise<string> {
  const net = await UpNetwork.start(t)
  const metrics = {
    "lab.node1.power": { unit: "W", rate: 1, description: "mains" },
    "lab.node1.energy": { unit: "J", rate: 1 },
  }
  const source = await net.source("source-lab", { metrics })
  const history = await net.connect(new HistoryClient({ token: "history-lab", url: net.url, logger: silentLogger }))
  for (const [metric, valueAt] of Object.entries(valuesOf)) {
    for (let i = 0; i <= seconds; i++) {
      void source.send(metric, Timestamp.fromNs(BigInt(startS + i) * 1_000_000_000n), valueAt(i))
    }
  }
  await source.flush()
  const last = async (metric: string) => (await history.historyLastValue(metric))?.timestamp.posixNs
  for (const metric of Object.keys(valuesOf)) {
    await expect
      .poll(() => last(metric).catch(() => undefined), { timeout: 20_000 })
      .toBe(BigInt(startS + seconds) * 1_000_000_000n)
  }
  const stored = async () => Object.keys(await history.getMetrics({ prefix: "lab.", metadata: false })).sort()
  await expect.poll(stored, { timeout: 20_000 }).toEqual(Object.keys(valuesOf).sort())
  const server = new WebServer({ url: net.url, port: 0, logger: silentLogger })
  onTestEnd(t, () => server.stop())
  await server.start()
  return `${server.address}prometheus`
}

interface Matrix {
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] }
}

test("a panel is answered from a database's aggregates, at any step", { timeout: 60_000 }, async (t) => {
  const base = await served(t)
  const values = async (query: string, from: number, to: number, step: number): Promise<number[]> => {
    const form = { query, start: String(startS + from), end: String(startS + to), step: String(step) }
    const response = await fetch(`${base}/api/v1/query_range`, { method: "POST", body: new URLSearchParams(form) })
    const answer = (await response.json()) as Matrix
    expect(response.status, JSON.stringify(answer)).toBe(200)
    return answer.data.result.flatMap((series) => series.values.map(([, value]) => Number(value)))
  }
  const same = (count: number, value: number, digits = 6) => Array(count).fill(expect.closeTo(value, digits))
  const power = `{"lab.node1.power"}`
  // The values of any ten seconds are 0 … 9.
  for (const step of [10, 20, 60, 600]) expect(await values(power, step, 3600, step)).toEqual(same(3600 / step, 4.5))
  expect(await values(`${power} offset 10m`, 660, 3600, 60)).toEqual(same(50, 4.5))
  // 1 … 9, 0, 1 … 5, and then 6 … 9, 0, 1 … 9, 0.
  expect(await values(power, 15, 3600, 15)).toEqual([...Array(240).keys()].map((i) => expect.closeTo(i % 2 ? 5 : 4, 1)))
  expect(await values(power, 600, 610, 0.25)).toEqual(
    expect.arrayContaining([...Array(10).keys()].map((value) => expect.closeTo(value, 6))),
  )
  expect(await values(`max_over_time(${power}[1m])`, 600, 3600, 30)).toEqual(same(101, 9))
  expect(await values(`count_over_time(${power}[1m])`, 600, 3600, 30)).toEqual(same(101, 60))
  for (const [range, step] of [
    ["1m", 60],
    ["5m", 15],
    ["20s", 1],
  ] as const) {
    const rates = await values(`rate({"lab.node1.energy"}[${range}])`, 600, 3600, step)
    expect(rates).toEqual(same(3000 / step + 1, 4.5, 3))
  }
  expect(await values(`increase({"lab.node1.energy"}[10m])`, 1200, 3600, 600)).toEqual(same(5, 2700, 0))
  expect(await values(`deriv({"lab.node1.energy"}[10m])`, 1200, 3600, 600)).toEqual(same(5, 4.5, 3))
})

const title = "promtool of Debian"
const why = "promtool is not installed; .ci/run promtool does it"
describe.skipIf(!existsSync(promtool))(existsSync(promtool) ? title : `${title} [left out: ${why}]`, () => {
  test("asks for an instant, a range, series and labels", { timeout: 60_000 }, async (t) => {
    const base = await served(t)
    const query = async (kind: string, ...args: string[]) => (await run(promtool, ["query", kind, ...args])).stdout
    const now = ["--time", String(startS + 60)]
    expect(await query("instant", base, "1+1")).toMatch(/^scalar: 2 @\[/)
    expect(await query("instant", ...now, base, `{"lab.node1.power"}`)).toBe(
      `lab.node1.power{source="source-lab", unit="W"} => 0 @[${startS + 60}]\n`,
    )
    expect(await query("instant", ...now, base, `sum by (unit) (rate(lab:node1:energy[1m]))`)).toMatch(
      /^\{unit="J"\} => 4\.[45]\d* @/,
    )
    const range = ["--start", String(startS + 60), "--end", String(startS + 180), "--step", "60s"]
    expect(await query("range", ...range, base, `avg_over_time({"lab.node1.power"}[1m])`)).toBe(
      `lab.node1.power{source="source-lab", unit="W"} =>\n${[60, 120, 180].map((s) => `4.5 @[${startS + s}]\n`).join("")}`,
    )
    expect(await query("series", "--match", `{__name__=~"lab.*", unit="J"}`, base)).toBe(
      `{__name__="lab.node1.energy", source="source-lab", unit="J"}\n`,
    )
    const lab = ["--match", `{__name__=~"lab.*"}`]
    expect(await query("labels", ...lab, base, "__name__")).toBe("lab.node1.energy\nlab.node1.power\n")
    expect(await query("labels", ...lab, base, "unit")).toBe("J\nW\n")
    const refused = await run(promtool, ["query", "instant", base, "count_values('a', b)"]).catch((error) => error)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("count_values is not answered here") })
  })
})
