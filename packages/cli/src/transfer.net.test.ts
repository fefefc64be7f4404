import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Client, silentLogger } from "@metricq/client"
import type { JsonObject } from "@metricq/protocol"
import { expect, test } from "vitest"
import { Home, type TestScope } from "./testing/command-process.js"

const recorded = fileURLToPath(new URL("../../timeline/fixtures/hta-archive", import.meta.url))

/** Content of the files below a folder, by path. */
function filesBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort()
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "base64")]))
}

test("an archive goes into the folder of a store and comes out the same, byte for byte", async (t) => {
  const home = new Home(t)
  const imported = await home.run(["import", "hta", recorded, "--folder", "store"])
  expect(imported).toMatchObject({ code: 0, stderr: "" })
  expect(imported.stdout).toMatch(/^imported 259 points of 4 metrics in \S+ s \(\S+ points\/s\)\n$/)
  const again = await home.run(["import", "hta", recorded, "--folder", "store", "--json"])
  expect(JSON.parse(again.stdout)).toMatchObject({ points: 0, resumedBytes: expect.any(Number), damage: [] })

  const exported = await home.run(["export", "hta", "out", "cap.*", "--folder", "store"])
  expect(exported).toMatchObject({ code: 0, stderr: "" })
  expect(exported.stdout).toMatch(/^exported 259 points of 4 metrics: \S+ kB\n$/)
  const expected = filesBelow(recorded)
  // It came into being when somebody asked for rows.
  expected.delete("cap.empty/10000000000.hta")
  expect(filesBelow(join(home.folder, "out"))).toEqual(expected)

  const twice = await home.run(["export", "hta", "out", "cap.a", "--folder", "store"])
  expect(twice.code).toBe(1)
  expect(twice.stderr).toMatch(/cap\.a\/raw\.hta is there already\nmetricq: 1 of 1 metrics have not been exported\n$/)
  expect(filesBelow(join(home.folder, "out"))).toEqual(expected)
})

test("tables are imported, and what is wrong with them is told", async (t) => {
  const home = new Home(t)
  writeFileSync(join(home.folder, "power.csv"), "1700000000,1\n1700000001,inf\n1700000002,nan\n")
  const options = ["--folder", "store", "--as", "lab.power"]
  const power = await home.run(["import", "csv", "power.csv", ...options])
  expect(power.stdout).toMatch(/^imported 2 points of 1 metric /)
  expect(power.stderr).toBe("metricq: left out: infinite values (1, first: line 2)\n")

  writeFileSync(join(home.folder, "wrong.csv"), "1700000000;x\n")
  const wrong = await home.run(["import", "csv", "wrong.csv", ...options])
  expect(wrong).toMatchObject({ code: 1, stdout: "" })
  expect(wrong.stderr).toMatch(/^metricq: \S+wrong\.csv, line 1: "x" is no number\n$/)
  expect(await home.run(["import", "parquet", "none", "--folder", "new"])).toMatchObject({ code: 1 })
  expect(readdirSync(home.folder)).not.toContain("new")
  expect((await home.run(["import", "csv", "power.csv", "--unit", "min"])).code).toBe(2)

  const gaps = await home.run(["export", "hta", "out", "**", "--folder", "store", "--json"])
  expect(JSON.parse(gaps.stdout)).toEqual([{ metric: "lab.power", points: 1, notFinite: 1, rows: 0, bytes: 96 }])
  const nothing = await home.run(["export", "hta", "out", "other", "--folder", "store"])
  expect(nothing).toMatchObject({ code: 1, stderr: "metricq: nothing that is stored matches\n" })
  expect((await home.run(["export", "hta", "out", "**", "--folder", "none"])).code).toBe(1)
})

/** A network with a client that answers as a database does. */
async function networkWithDatabase(t: TestScope, jobs: (asked: JsonObject) => JsonObject[]) {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo"])
  const asked: JsonObject[] = []
  const answers: JsonObject[] = []
  const database = new Client({ token: "db-test", url: server, logger: silentLogger })
  database.handle("database.import", async ({ kind, path, options }) => {
    asked.push({ kind, path, options })
    answers.push(...jobs({ kind, path, options }))
    return answers.shift() ?? {}
  })
  database.handle("database.jobs", async ({ job }) => (answers.length > 1 ? answers.shift()! : { job, ...answers[0] }))
  database.handle("database.cancel", async ({ job }) => {
    asked.push({ cancelled: job })
    answers.splice(0, answers.length, { job, state: "cancelled", ended: "2026-11-26T04:00:00Z" })
    return { job, state: "running" }
  })
  await database.connect()
  t.onTestFinished(() => database.stop())
  return { home, at: ["--server", server, "--database", "db-test"], asked }
}

const report = {
  kind: "csv",
  path: "/x",
  points: 7,
  metrics: 2,
  resumedBytes: 0,
  totalBytes: 9,
  seconds: 1,
  skipped: [],
}

test("a running database is asked to import, and followed", async (t) => {
  const { home, at, asked } = await networkWithDatabase(t, () => [
    { job: 3, state: "waiting" },
    { job: 3, state: "running", progress: { current: "lab.a", points: 5 } },
    { job: 3, state: "done", ended: "2026-11-26T04:00:00Z", result: report },
  ])
  const args = ["--select", "a.*", "--select", "b.*", "--utc", "--delimiter", "tab", "--time-column", "t"]
  const done = await home.run(["import", "csv", "points.csv", ...args, ...at])
  expect(done).toMatchObject({ code: 0, stderr: "", stdout: "imported 7 points of 2 metrics in 1.0 s (7 points/s)\n" })
  expect(asked).toEqual([
    {
      kind: "csv",
      path: join(home.folder, "points.csv"),
      options: { select: ["a.*", "b.*"], utc: true, delimiter: "\t", time: "t" },
    },
  ])
})

test("what a database says when it fails is told", async (t) => {
  const { home, at } = await networkWithDatabase(t, () => [
    { job: 3, state: "running" },
    { job: 3, state: "failed", ended: "2026-11-26T04:00:00Z", failure: "/x/points.csv cannot be read" },
  ])
  const failed = await home.run(["import", "csv", "/x/points.csv", ...at])
  expect(failed).toMatchObject({ code: 1, stdout: "", stderr: "metricq: /x/points.csv cannot be read\n" })
})

test("Ctrl-C cancels the job", async (t) => {
  let running: () => void = () => {}
  const isRunning = new Promise<void>((resolve) => {
    running = resolve
  })
  const { home, at, asked } = await networkWithDatabase(t, () => {
    running()
    return [{ job: 3, state: "running" }, { state: "running" }]
  })
  const command = home.start(["import", "hta", "/var/hta", ...at])
  await isRunning
  // The command has asked again once it follows the job.
  expect((await command.kill("SIGINT")).code).toBe(130)
  expect(asked).toContainEqual({ cancelled: 3 })
})

test("an archive is written over the network", async (t) => {
  const home = new Home(t)
  const store = join(home.folder, "data", "timeline")
  mkdirSync(store, { recursive: true })
  await home.run(["import", "hta", recorded, "--folder", store, "--strip", "cap.", "--prefix", "lab."])
  const { server } = await home.up()
  const args = ["lab.a", "lab.alias", "--interval-min", "10s", "--interval-max", "1000s", "--server", server]
  const exported = await home.run(["export", "hta", "out", ...args])
  expect(exported).toMatchObject({ code: 0, stderr: "" })
  expect(exported.stdout).toMatch(/^exported 258 points of 2 metrics: /)
  const expected = [...filesBelow(recorded)].filter(([path]) => /^cap\.a/.test(path))
  expect(
    [...filesBelow(join(home.folder, "out"))].map(([path, bytes]) => [path.replace("lab.", "cap."), bytes]),
  ).toEqual(expected)
  const part = await home.run([
    "export",
    "hta",
    "part",
    "lab.alias",
    "--from",
    "2020-09-13T12:28:00Z",
    "--server",
    server,
    "--json",
  ])
  expect(JSON.parse(part.stdout)).toMatchObject([{ metric: "lab.alias", points: expect.any(Number) }])
})
