import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Timeline } from "@metricq/timeline"
import { expect, type TestContext, test } from "vitest"
import { Home } from "./testing/command-process.js"

/** A folder `data/timeline` with a thousand points each of three metrics, all of them in a segment. */
async function storeOf(t: TestContext) {
  const home = new Home(t)
  const folder = join(home.folder, "data", "timeline")
  const timeline = await Timeline.open(folder)
  for (const metric of ["lab.a", "lab.b", "web.c"]) {
    const times = BigInt64Array.from({ length: 1000 }, (_, index) => BigInt(index + 1) * 1_000_000_000n)
    await timeline.append(metric, { times, values: Float64Array.from({ length: 1000 }, Math.sqrt) })
  }
  await timeline.checkpoint()
  await timeline.close()
  const run = (...args: string[]) => home.run(["db", ...args])
  return { home, folder, run }
}

test("a store is looked at, copied and restored without a network", async (t) => {
  const { folder, run } = await storeOf(t)
  const status = JSON.parse((await run("status", "--folder", folder, "--json")).stdout)
  expect(status).toMatchObject({ folder, metrics: 3, store: { points: 3000, segments: 1 }, trouble: [] })
  expect(await run("verify", "--folder", folder)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^problems +0$/m),
  })
  expect(await run("backup", "copy", "--folder", folder)).toMatchObject({ code: 0, stderr: "" })
  expect(await run("restore", "copy", "--folder", "again")).toEqual({
    code: 0,
    stdout: "again has what is in copy\n",
    stderr: "",
  })
  const again = JSON.parse((await run("status", "--folder", "again", "--json")).stdout)
  expect(again).toMatchObject({ metrics: 3, store: { points: 3000 } })
  expect((await run("restore", "copy", "--folder", "again")).code).toBe(1)
  expect((await run("restore", "nothing", "--folder", "other")).stderr).toBe("metricq: nothing is not there\n")
})

test("metrics and ranges are deleted", async (t) => {
  const { folder, run } = await storeOf(t)
  const range = ["--from", "100", "--to", "200"]
  expect((await run("delete", "lab.*", ...range, "--folder", folder, "--yes")).stdout).toBe(
    "deleted lab.*: 2 metrics\n",
  )
  expect((await run("delete", "/^web/", "--folder", folder, "--yes")).code).toBe(0)
  expect((await run("compact", "--folder", folder)).code).toBe(0)
  const status = JSON.parse((await run("status", "--folder", folder, "--json")).stdout)
  expect(status).toMatchObject({ metrics: 2, store: { points: 1800 } })
  const none = await run("delete", "web.c", "--folder", folder, "--yes")
  expect(none).toMatchObject({ code: 1, stderr: "metricq: nothing is stored of web.c\n" })
})

test("damage is found, named, and exit code 1", async (t) => {
  const { folder, run } = await storeOf(t)
  const name = readdirSync(folder).find((each) => each.startsWith("segment")) ?? ""
  const bytes = readFileSync(join(folder, name))
  bytes[Math.floor(bytes.length / 3)]! ^= 0xff
  writeFileSync(join(folder, name), bytes)
  const found = await run("verify", "--folder", folder)
  expect(found.code).toBe(1)
  expect(found.stdout).toMatch(new RegExp(`^damaged +${name}: `, "m"))
})

test("a folder without a store, or one that is in use, is not touched", async (t) => {
  const { home, folder, run } = await storeOf(t)
  const above = await run("status", "--folder", join(home.folder, "data"))
  expect(above).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no store in .*did you mean .*timeline\?/),
  })
  expect((await run("compact", "--folder", "nothing")).code).toBe(1)
  expect(readdirSync(home.folder)).not.toContain("nothing")
  const timeline = await Timeline.open(folder)
  t.onTestFinished(() => timeline.close())
  expect((await run("verify", "--folder", folder)).stderr).toMatch(/in use by process/)
})
