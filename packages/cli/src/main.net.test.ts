import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { TestCouchdb } from "@metricq/testkit"
import { expect, test } from "vitest"
import { Home } from "./testing/command-process.js"

test("wrong usage is one line and exit code 2", async (t) => {
  const home = new Home(t)
  const cases: [string[], RegExp][] = [
    [["metrik"], /^metricq: unknown command 'metrik'.*; see metricq --help\n$/],
    [
      ["metrics", "--limi", "3"],
      /^metricq: unknown option '--limi' \(Did you mean --limit\?\); see metricq metrics --help\n$/,
    ],
    [["metrics", "--limit", "0"], /^metricq: option '--limit <count>' argument '0' is invalid\. .*1 or more/],
    [["watch"], /^metricq: missing required argument 'pattern'; see metricq watch --help\n$/],
    [["config", "set", "a"], /^metricq: missing required argument 'file'; see metricq config set --help\n$/],
    [["agent"], /^metricq: name a kind of agent; metricq agent --list shows them\n$/],
  ]
  for (const [args, stderr] of cases) {
    const ended = await home.run(args)
    expect(ended.stderr).toMatch(stderr)
    expect(ended).toMatchObject({ code: 2, stdout: "" })
  }
})

test("help and versions go to standard output", async (t) => {
  const home = new Home(t)
  const help = await home.run(["--help"])
  expect(help).toMatchObject({ code: 0, stderr: "" })
  expect(help.stdout).toContain("metricq watch '**.cpu.usage'")
  const version = await home.run(["--version"])
  expect(version).toMatchObject({ code: 0, stderr: "" })
  expect(version.stdout).toMatch(/^metricq \d+\.\d+\.\d+\n/)
})

test("a broken settings file is named with its line", async (t) => {
  const home = new Home(t)
  writeFileSync(join(home.folder, ".metricq"), "METRICQ_SERVER\n")
  const ended = await home.run(["metrics"])
  expect(ended).toMatchObject({ code: 2, stderr: `metricq: ${join(home.folder, ".metricq")}:1: expected NAME=value\n` })
})

test("an option can come from the environment, and its error says so", async (t) => {
  const home = new Home(t)
  const ended = await home.run(["metrics"], { env: { METRICQ_LIMIT: "many" } })
  expect(ended.code).toBe(2)
  expect(ended.stderr).toMatch(/METRICQ_LIMIT/)
})

test("-vv shows where an error comes from", async (t) => {
  const home = new Home(t)
  const args = ["config", "set", "a", "missing.json"]
  expect((await home.run(args)).stderr.trim().split("\n")).toHaveLength(1)
  expect((await home.run([...args, "-vv"])).stderr).toMatch(/\n {4}at /)
})

test("completion proposes words and prints scripts", async (t) => {
  const home = new Home(t)
  expect((await home.run(["completion", "--words", "config", "ve"])).stdout).toBe("versions\n")
  expect((await home.run(["completion", "bash"])).stdout).toContain("complete -o default -F _metricq metricq")
  expect((await home.run(["completion", "tcsh"])).code).toBe(2)
})

test("a broker, a manager, a page and a database run as processes of their own", async (t) => {
  const home = new Home(t)
  const broker = home.start(["broker", "--port", "0"])
  const [, server = ""] = await broker.until(/^ready {2}(\S+)$/m)
  const nobody = await home.run(["metrics", "--server", server])
  expect(nobody.code).toBe(1)
  expect(nobody.stderr).toMatch(/^metricq: no MetricQ manager .*metricq manager.*\n$/)

  mkdirSync(join(home.folder, "documents"))
  const manager = home.start(["manager", "--server", server, "--documents", join(home.folder, "documents")])
  await manager.until(/^ready/m)
  expect(await home.run(["metrics", "--server", server])).toMatchObject({ code: 0, stdout: "" })

  const web = home.start(["web", "--server", server, "--prefix", "lab"])
  const [, address = ""] = await web.until(/^ready {2}\S+ {2}(\S+)$/m)
  expect(await (await fetch(new URL("api/v1/status", address))).json()).toMatchObject({ network: { connected: true } })
  expect((await web.kill("SIGTERM")).code).toBe(0)
  const abroad = await home.run(["web", "--server", server, "--host", "0.0.0.0"])
  expect(abroad).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^metricq: nobody could log in.*; name a folder.* \(--data\)\n$/),
  })

  const folder = join(home.folder, "timeline")
  const database = ["database", "--server", server, "--folder", folder]
  const unconfigured = await home.run(database)
  expect(unconfigured.code).toBe(1)
  expect(unconfigured.stderr).toMatch(/^metricq: there is no configuration for "db-timeline": .*config set.*\n$/)
  expect(existsSync(join(folder, "lock"))).toBe(false)
  expect((await manager.kill("SIGTERM")).code).toBe(0)
  expect((await broker.kill("SIGINT")).code).toBe(0)
})

test("a manager works on the CouchDB of a network, and never prints its password", async (t) => {
  const home = new Home(t)
  const couchdb = await TestCouchdb.start(t, { user: "metricq", password: "swordfish" })
  const { host } = new URL(couchdb.url)
  couchdb.database("metadata").put("lab.power", { unit: "W", historic: true })
  const broker = home.start(["broker", "--port", "0"])
  const [, server = ""] = await broker.until(/^ready {2}(\S+)$/m)
  const password = join(home.folder, "couch.password")
  const manager = ["manager", "--server", server, "--documents", `http://${host}/`, "--documents-user"]
  writeFileSync(password, "sardine\n")
  const refused = await home.run([...manager, `metricq:${password}`])
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^metricq: the CouchDB at http:\S+ refuses user or password.*\n$/),
  })
  expect(refused.stderr).not.toContain("sardine")

  writeFileSync(password, "swordfish\n")
  const first = home.start([...manager, `metricq:${password}`])
  await first.until(/^ready/m)
  expect((await home.run(["metrics", "--server", server])).stdout).toBe("lab.power\n")
  expect(await first.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" })

  const second = home.start(["manager", "--server", server, "-v"], { env: { METRICQ_DOCUMENTS: couchdb.url } })
  await second.until(/^ready/m)
  const ended = await second.kill("SIGTERM")
  expect(ended.stdout + ended.stderr).not.toContain("swordfish")
})

test("what is no place for documents is wrong usage", async (t) => {
  const home = new Home(t)
  for (const args of [
    ["--documents", "couchdb://a/"],
    ["--documents", "./folder", "--documents-user", "a:b"],
    ["--documents", "http://127.0.0.1:1/", "--documents-user", "a"],
  ]) {
    expect(await home.run(["manager", ...args])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^metricq: --documents/),
    })
  }
})

test("an agent's configuration is checked, and polled once", async (t) => {
  const home = new Home(t)
  expect((await home.run(["agent", "--list"])).stdout).toMatch(/^source-sysinfo +\S/m)
  const check = (input: string) => home.run(["agent", "source-sysinfo", "--check", "-"], { input })
  expect(await check('{"rate": 1, "prefix": "lab"}')).toMatchObject({ code: 0, stderr: "" })
  const wrong = await check('{"rate": "often"}')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/^metricq: .*rate: expected .*\n$/)
  expect((await check("[]")).code).toBe(1)
  const unknown = await home.run(["agent", "source-sysinfos", "--check", "-"], { input: "{}" })
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stderr).toMatch(/did you mean "source-sysinfo"/)

  writeFileSync(join(home.folder, "lab.json"), '{"rate": 1, "prefix": "lab"}')
  const once = await home.run(["agent", "source-sysinfo", "--once", "--config", join(home.folder, "lab.json")])
  expect(once.code).toBe(0)
  expect(once.stdout).toMatch(/^\d{4}\S+Z lab\.cpu\.usage [\d.]+$/m)
})

test("an agent without a configuration ends with the command that writes one", async (t) => {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo"])
  const ended = await home.run(["agent", "source-sysinfo", "--server", server])
  expect(ended.code).toBe(1)
  expect(ended.stderr.trim().split("\n")).toHaveLength(1)
  expect(ended.stderr).toMatch(/^metricq: .*config (set|edit)/)
})
