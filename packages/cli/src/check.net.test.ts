import { startNetwork } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

async function stored(t: TestContext) {
  const net = await startNetwork(t, { kind: "embedded" })
  const names = ["lab.fine", "lab.gone", "lab.nan", "lab.nothing", "lab.old", "lab.rare"]
  const db = await net.database("db-lab", names)
  const metrics = Object.fromEntries(names.map((name) => [name, { rate: 1 }]))
  const others = { "lab.old": { rate: 1, archived: "2026-01-01" }, "lab.rare": {}, "lab.live": { rate: 1 } }
  await net.source("source-lab", { metrics: { ...metrics, ...others } })
  const put = (name: string, ageS: number, value: number) =>
    db.put(name, BigInt(Date.now() - ageS * 1000) * 1_000_000n, value)
  put("lab.fine", 1, 5)
  put("lab.gone", 300, 5)
  put("lab.old", 1e6, 5)
  put("lab.rare", 1000, 5)
  for (let age = 10; age > 0; age -= 1) put("lab.nan", age, age === 3 ? Number.NaN : 5)
  const home = new Home(t)
  return (...args: string[]) => home.run(["check", ...args, "--server", net.url])
}

test("dead, non-finite and missing metrics are found, and nothing else", async (t) => {
  const check = await stored(t)
  const { code, stdout, stderr } = await check()
  expect(code).toBe(1)
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ["metric", "problem"],
    ["lab.gone", "dead"],
    ["lab.nan", "non-finite"],
    ["lab.nothing", "missing"],
    [""],
  ])
  expect(stderr).toBe("metricq: 6 metrics checked: 1 dead, 1 non-finite, 1 missing\n")
})

test("programs get all that is known", async (t) => {
  const check = await stored(t)
  const found = JSON.parse((await check("lab.gone", "lab.nothing", "--json")).stdout)
  expect(found).toEqual([
    {
      metric: "lab.gone",
      problem: "dead",
      detail: expect.stringMatching(/^no value for 5 min/),
      lastTime: expect.stringMatching(/Z$/),
      lastValue: 5,
      ageSeconds: expect.any(Number),
      allowedSeconds: 20,
    },
    { metric: "lab.nothing", problem: "missing", detail: expect.any(String), lastTime: null, lastValue: null },
  ])
})

test("where nothing is wrong there is no output, and the age can be set", async (t) => {
  const check = await stored(t)
  expect(await check("lab.fine", "lab.old")).toEqual({ code: 0, stdout: "", stderr: "" })
  expect((await check("lab.gone", "--max-age", "1h")).code).toBe(0)
  expect((await check("lab.rare")).code).toBe(0)
  expect((await check("lab.rare", "--max-age", "10min")).code).toBe(1)
  expect((await check("lab.gone", "--factor", "1000")).code).toBe(0)
  expect((await check("lab.live")).stderr).toMatch(/^metricq: no database stores lab\.live/)
})
