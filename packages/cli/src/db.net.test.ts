import type { JsonObject } from "@metricq/client"
import { startNetwork } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

/** A network with a database whose functions answer what the test says; what it was asked for is kept. */
async function looked(t: TestContext, answers: Record<string, (args: JsonObject) => JsonObject>) {
  const net = await startNetwork(t, { kind: "embedded" })
  const db = await net.database("db-timeline", [])
  const asked: [string, JsonObject][] = []
  for (const [name, answer] of Object.entries(answers)) {
    db.handle(`database.${name}`, async ({ function: _, ...args }) => {
      asked.push([name, args])
      return answer(args)
    })
  }
  const home = new Home(t)
  const start = (...args: string[]) => home.start(["db", ...args, "--server", net.url])
  const run = (...args: string[]) => start(...args).finished
  return { home, asked, start, run }
}

const job = (state: string, more: JsonObject = {}): JsonObject => ({ job: 3, kind: "verify", state, ...more })
const ended = (state: string, more: JsonObject) => job(state, { ended: "2026-11-26T03:00:00Z", ...more })

test("the status is a table, or an object for programs; trouble is exit code 1", async (t) => {
  const trouble: string[] = []
  const status = { token: "db-timeline", points: { stored: 12 }, store: { diskBytes: 25_300_000 }, trouble }
  const { run } = await looked(t, { status: () => status })
  expect(await run("status")).toEqual({
    code: 0,
    stdout: "token          db-timeline\npoints stored  12\nstore disk     25.3 MB\n",
    stderr: "",
  })
  expect(JSON.parse((await run("status", "--json")).stdout)).toEqual(status)
  trouble.push("the disk is full")
  expect(await run("status")).toMatchObject({ code: 1, stdout: expect.stringMatching(/^trouble +the disk is full$/m) })
})

test("work is waited for until it has ended, well or badly", async (t) => {
  const later = [job("running", { progress: { segments: 1, of: 2 } }), ended("done", { result: { segments: 2 } })]
  const { run, asked } = await looked(t, {
    verify: () => job("waiting"),
    compact: () => ended("failed", { failure: "the disk is full" }),
    jobs: () => later.shift()!,
  })
  expect(await run("verify")).toEqual({ code: 0, stdout: "segments  2\n", stderr: "" })
  expect(asked.map(([name]) => name)).toEqual(["verify", "jobs", "jobs"])
  const failed = await run("compact")
  expect(failed).toMatchObject({ code: 1, stdout: "" })
  expect(failed.stderr).toBe("metricq: the disk is full\n")
})

test("Ctrl-C cancels the work", async (t) => {
  const { start, asked } = await looked(t, {
    verify: () => job("running"),
    jobs: () =>
      asked.some(([name]) => name === "cancel") ? ended("cancelled", { failure: "cancelled" }) : job("running"),
    cancel: () => job("running"),
  })
  const running = start("verify")
  await expect.poll(() => asked.length).toBeGreaterThan(1)
  expect(await running.kill("SIGINT")).toEqual({ code: 130, stdout: "", stderr: "" })
  expect(asked).toContainEqual(["cancel", { job: 3 }])
})

test("nothing is deleted without a yes", async (t) => {
  const { run, asked } = await looked(t, { delete: () => ended("done", { result: { metrics: 2 } }) })
  expect(await run("delete", "lab.tmp.**")).toMatchObject({ code: 2, stderr: expect.stringMatching(/say --yes\n$/) })
  expect(asked).toEqual([])
  const done = await run("delete", "lab.tmp.**", "lab.a", "--to", "2026-11-26T03:00:00Z", "--yes")
  expect(done).toEqual({ code: 0, stdout: "deleted lab.tmp.**: 2 metrics\ndeleted lab.a: 2 metrics\n", stderr: "" })
  const range = { end: "2026-11-26T03:00:00Z" }
  expect(asked).toEqual([
    ["delete", { pattern: "lab.tmp.**", range, wait: 0 }],
    ["delete", { metric: "lab.a", range, wait: 0 }],
  ])
  expect((await run("delete", "lab.a", "--from", "now", "--to", "-1h", "--yes")).code).toBe(2)
})

test("a backup goes to a folder of this machine by its whole name", async (t) => {
  const { run, home, asked } = await looked(t, { backup: () => ended("done", { result: { copiedBytes: 10 } }) })
  expect((await run("backup", "copy")).stdout).toBe("copied  10 B\n")
  expect(asked[0]?.[1]).toMatchObject({ folder: `${home.folder}/copy` })
  const away = await home.run(["db", "backup", "copy", "--server", "amqp://db.example.org/"])
  expect(away).toMatchObject({ code: 2, stderr: expect.stringMatching(/^metricq: copy: the folder is one of/) })
})

test("jobs are listed and cancelled", async (t) => {
  const jobs = [job("running", { user: "ann", asked: "2026-11-26T03:00:00Z", progress: { segments: 1, of: 2 } })]
  const { run } = await looked(t, { jobs: () => ({ jobs }), cancel: () => job("cancelled") })
  expect((await run("jobs")).stdout).toMatch(/^ +3 +verify +running +2026-11-26T03:00:00Z +ann +segments 1 of 2$/m)
  expect(await run("cancel", "3")).toMatchObject({ code: 0, stdout: "job 3 (verify) is cancelled\n" })
})

test("a database that is not there is named", async (t) => {
  const { run } = await looked(t, {})
  const ended = await run("status", "--database", "db-other")
  expect(ended).toMatchObject({ code: 1, stdout: "" })
  expect(ended.stderr).toMatch(/^metricq: no database db-other is connected: .*--folder.*\n$/)
})
