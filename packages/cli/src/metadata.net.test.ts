import { Client, type Metadata, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { Home, type TestScope } from "./testing/command-process.js"

/** A network with metrics of a source, and `metricq metadata` in it. */
async function network(t: TestScope) {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo", "--no-database"])
  const source = new Client({ token: "source-lab", url: server, logger: silentLogger })
  await source.connect()
  t.onTestFinished(() => source.stop())
  const declare = (metrics: Record<string, Metadata>) => source.rpc("source.declare_metrics", { metrics })
  await declare({ "lab.a.power": { unit: "W", rate: 5 }, "lab.b.power": { unit: "W" }, "yard.wind": { unit: "m/s" } })
  const run = (command: string, args: string[]) => home.run([command, ...args, "--server", server])
  const metadata = (...args: string[]) => run("metadata", args)
  return { metadata, declare, list: async () => (await run("metrics", [])).stdout.trim().split("\n") }
}

test("keys are set over what the source declares, shown, noted, and taken away", async (t) => {
  const { metadata, declare } = await network(t)
  const dry = await metadata("set", "lab.*.power", "unit=kW", "room=5", "--dry-run")
  expect(dry).toMatchObject({ code: 0, stdout: "2 metrics would be set\n  lab.a.power\n  lab.b.power\n", stderr: "" })
  expect((await metadata("set", "lab.*.power", "unit=kW", "room=5")).stdout).toContain("2 metrics set")
  expect((await metadata("set", "lab.a.power", "unit=kW")).stdout).toBe("no metrics set\n")
  await declare({ "lab.a.power": { unit: "mW" } })

  const shown = (await metadata("get", "lab.a.power")).stdout
  expect(shown).toMatch(/^lab\.a\.power\n {2}date +\S+\n/)
  expect(shown).toMatch(/\n {2}unit {4}kW {2}\(set; its source says mW\)\n/)
  expect(shown).toMatch(/\n {2}room {4}5 {2}\(set\)\n/)
  const [json] = JSON.parse((await metadata("get", "lab.a.power", "--json")).stdout)
  expect(json).toMatchObject({
    name: "lab.a.power",
    metadata: { unit: "kW", rate: 5 },
    overlay: { unit: "kW", room: 5 },
  })

  await metadata("set", "lab.a.power", "--unset", "unit", "--unset", "room")
  expect(JSON.parse((await metadata("get", "lab.a.power", "--json")).stdout)[0].metadata).toMatchObject({ unit: "mW" })
  const history = JSON.parse((await metadata("history", "lab.a.power", "--json")).stdout)
  expect(history).toMatchObject([
    { action: "set", author: "metricq-admin", by: expect.any(String), keys: { unit: { before: "kW", after: "mW" } } },
    { action: "set", keys: { unit: { before: "W", after: "kW" }, room: { after: 5 } } },
    { action: "declare", author: "source-lab", keys: {} },
  ])
  expect((await metadata("history", "lab.a.power", "--limit", "1")).stdout).toMatch(
    /^\S+Z {2}set by .+ \(metricq-admin\)\n {2}unit: kW → mW\n {2}room: 5 → nothing\n$/,
  )
})

test("metrics are hidden, archived, deleted and brought back by pattern", { timeout: 60_000 }, async (t) => {
  const { metadata, list } = await network(t)
  expect((await metadata("hide", "lab.*.power")).stdout).toBe("2 metrics hidden\n  lab.a.power\n  lab.b.power\n")
  expect((await metadata("unhide", "**", "--json")).stdout).toBe('[\n  "lab.a.power",\n  "lab.b.power"\n]\n')
  expect((await metadata("archive", "yard.wind")).stdout).toBe("1 metric archived\n  yard.wind\n")
  expect((await metadata("unarchive", "yard.wind")).stdout).toBe("1 metric not archived any more\n  yard.wind\n")

  expect(await metadata("delete", "lab.*.power")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") })
  expect((await metadata("delete", "lab.*.power", "--dry-run")).stdout).toContain("2 metrics would be deleted")
  expect(await list()).toHaveLength(3)
  expect((await metadata("delete", "/^lab/", "--yes")).stdout).toBe("2 metrics deleted\n  lab.a.power\n  lab.b.power\n")
  expect(await list()).toEqual(["yard.wind"])
  expect((await metadata("restore", "**", "--dry-run")).stdout).toContain("2 metrics would be restored")
  expect((await metadata("restore", "lab.a.*")).stdout).toBe("1 metric restored\n  lab.a.power\n")
  expect(await list()).toEqual(["lab.a.power", "yard.wind"])
})

test("what is wrong is said in a line", async (t) => {
  const { metadata } = await network(t)
  const refusals: [string[], number, RegExp][] = [
    [["get", "lab.a.powre"], 1, /did you mean lab\.a\.power/],
    [["set", "lab.a.power"], 2, /nothing to set: say key=value, or --unset key/],
    [["set", "lab.a.power", "unit"], 2, /unit: expected key=value/],
    [["hide", "nothing.**"], 1, /no known metric matches nothing\.\*\*/],
    [["restore", "lab.**"], 1, /no deleted metric matches lab\.\*\*/],
    [["history", "never.was"], 1, /nothing is known of a metric never\.was/],
  ]
  for (const [args, code, stderr] of refusals) {
    const answer = await metadata(...args)
    expect(answer).toMatchObject({ code, stdout: "" })
    expect(answer.stderr).toMatch(stderr)
    expect(answer.stderr.trim().split("\n")).toHaveLength(1)
  }
})
