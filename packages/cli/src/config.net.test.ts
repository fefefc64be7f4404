import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Client, RPCError, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { Home, type StartOptions, type TestScope } from "./testing/command-process.js"

/** A network without agents, and `metricq config` in it. */
async function network(t: TestScope) {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo", "--no-database"])
  const config = (args: string[], input?: string, options?: StartOptions) =>
    home.run(["config", ...args, "--server", server], { input, ...options })
  const revision = async (token: string) =>
    JSON.parse((await config(["get", token, "--json"])).stdout).revision as string
  return { home, server, config, revision }
}

test("a configuration is stored, shown, listed, restored and deleted", async (t) => {
  const { config } = await network(t)
  const set = await config(["set", "source-lab", "-", "--note", "first"], '{"rate": 50, "name": "ä"}')
  expect(set).toMatchObject({ code: 0, stderr: "" })
  expect(set.stdout).toMatch(/^source-lab is at revision 1-\w+\n$/)
  expect((await config(["get", "source-lab"])).stdout).toBe('{\n  "rate": 50,\n  "name": "ä"\n}\n')
  await config(["set", "source-lab", "-", "--note", "slower"], '{"rate": 10}')

  const list = await config(["list"])
  expect(list.stdout).toMatch(/^token +time +author +revision +note\nsource-lab +\S+ +metricq-admin +2-\w+ +slower\n$/)
  const versions = await config(["versions", "source-lab", "--json"])
  expect(JSON.parse(versions.stdout)).toMatchObject([
    { version: 2, note: "slower", author: "metricq-admin" },
    { version: 1, note: "first" },
  ])
  expect((await config(["versions", "source-lab", "--limit", "1"])).stdout.split("\n")).toHaveLength(3)

  expect((await config(["restore", "source-lab", "1", "--note", "back"])).code).toBe(0)
  expect(JSON.parse((await config(["get", "source-lab"])).stdout).rate).toBe(50)
  expect(JSON.parse((await config(["get", "source-lab", "--at", "2"])).stdout)).toEqual({ rate: 10 })

  expect(await config(["delete", "source-lab"])).toMatchObject({
    code: 0,
    stdout: "configuration of source-lab deleted\n",
  })
  const gone = await config(["get", "source-lab"])
  expect(gone).toMatchObject({ code: 1, stdout: "", stderr: "metricq: no configuration for source-lab\n" })
})

test("a revision that is no longer stored is refused", async (t) => {
  const { config, revision } = await network(t)
  await config(["set", "source-lab", "-"], '{"rate": 1}')
  const old = await revision("source-lab")
  await config(["set", "source-lab", "-"], '{"rate": 2}')
  const late = await config(["set", "source-lab", "-", "--revision", old], '{"rate": 3}')
  expect(late.code).toBe(1)
  expect(late.stderr).toMatch(/^metricq: configuration of source-lab is at revision 2-\w+ by metricq-admin.*\n$/)
  expect((await config(["set", "source-lab", "-", "--new"], '{"rate": 3}')).code).toBe(1)
  expect(
    (await config(["set", "source-lab", "-", "--revision", await revision("source-lab")], '{"rate": 3}')).code,
  ).toBe(0)
})

test("files and versions are compared", async (t) => {
  const { home, config } = await network(t)
  const file = join(home.folder, "lab.json")
  writeFileSync(file, '{"rate": 2, "prefix": "lab"}')
  await config(["set", "source-lab", "-"], '{"prefix": "lab", "rate": 1}')
  const diff = await config(["diff", "source-lab", file])
  expect(diff.code).toBe(0)
  expect(diff.stdout).toMatch(/^--- source-lab now, \S+ by metricq-admin\n\+\+\+ .*lab\.json\n@@ -1,4 \+1,4 @@\n/)
  expect(diff.stdout).toContain('-  "rate": 1\n+  "rate": 2\n')
  expect((await config(["diff", "source-lab"])).stderr).toMatch(/source-lab has no version before 1/)
  await config(["set", "source-lab", file])
  expect((await config(["diff", "source-lab", file])).stdout).toBe("")
  expect((await config(["diff", "source-lab"])).stdout).toContain('-  "rate": 1\n+  "rate": 2\n')
  expect((await config(["diff", "source-lab", "--from", "2", "--to", "1"])).stdout).toContain(
    '-  "rate": 2\n+  "rate": 1\n',
  )
})

test("editing stores what the editor leaves, and shows a conflict", async (t) => {
  const { home, server, config } = await network(t)
  const editor = join(home.folder, "editor.sh")
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/1/7/" "$1"\n', { mode: 0o755 })
  await config(["set", "source-lab", "-"], '{"rate": 1}')
  const edited = await config(["edit", "source-lab", "--note", "by hand"], undefined, { env: { EDITOR: editor } })
  expect(edited).toMatchObject({ code: 0, stderr: "" })
  expect(JSON.parse((await config(["get", "source-lab"])).stdout)).toEqual({ rate: 7 })

  // An editor during which somebody else stores.
  const bin = JSON.stringify(new URL("../bin/metricq.js", import.meta.url).pathname)
  const other = `echo '{"rate": 8}' | ${process.execPath} ${bin} config set source-lab - --server ${server}`
  writeFileSync(editor, `#!/bin/sh\n${other} > /dev/null\nsed -i "s/7/9/" "$1"\n`, { mode: 0o755 })
  const late = await config(["edit", "source-lab"], undefined, { env: { EDITOR: editor } })
  expect(late.code).toBe(1)
  expect(late.stderr).toContain('-  "rate": 7\n+  "rate": 8\n')
  expect(late.stderr).toContain('-  "rate": 7\n+  "rate": 9\n')
  expect(late.stderr).toMatch(/metricq: not stored: .*your text is in \S+source-lab\.json\n$/)
  expect(JSON.parse((await config(["get", "source-lab"])).stdout)).toEqual({ rate: 8 })
})

test("a configuration that is wrong for its kind of agent is not stored, unless asked for", async (t) => {
  const { config } = await network(t)
  const wrong = await config(["set", "source-sysinfo", "-"], '{"rate": "often"}')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/^metricq: not stored, .*rate: expected .*; --no-check stores it all the same\n$/)
  expect((await config(["get", "source-sysinfo"])).code).toBe(1)
  expect((await config(["set", "source-sysinfo", "-", "--no-check"], '{"rate": "often"}')).code).toBe(0)
  const database = await config(["set", "db-lab", "-"], '{"patterns": [{"pattern": "**", "interval": "soon"}]}')
  expect(database.stderr).toMatch(
    /^metricq: not stored, it is wrong for a database: .*patterns\[0\].interval: expected a duration/,
  )
  const odd = await config(["set", "source-sysinfo", "-"], '{"rate": 1, "prefix": "lab", "prefiks": "x"}')
  expect(odd.code).toBe(0)
  expect(odd.stderr).toMatch(/^metricq: .*prefiks.*\n$/)
})

test("apply tells the client's answer, its refusal, its silence or its absence by words and exit code", async (t) => {
  const { server, config } = await network(t)
  await config(["set", "source-lab", "-"], '{"rate": 5}')
  const away = await config(["apply", "source-lab"])
  expect(away).toMatchObject({ code: 1, stdout: "" })
  expect(away.stderr).toMatch(/^metricq: source-lab did not answer: not connected.*\n$/)

  const client = new Client({ token: "source-lab", url: server, logger: silentLogger })
  const answers: (() => Promise<object>)[] = [
    async () => ({}),
    async () => ({ sensors: 3 }),
    async () => Promise.reject(new RPCError("rate is too high")),
    () => new Promise(() => {}),
  ]
  const taken: unknown[] = []
  client.handle("config", async (args) => {
    taken.push(args.rate)
    return (await answers.shift()?.()) as Record<string, number>
  })
  await client.connect()
  t.onTestFinished(() => client.stop())
  const words = async (args: string[] = []) => {
    const { code, stdout, stderr } = await config(["apply", "source-lab", ...args])
    return `${code} ${stdout}${stderr}`
  }
  expect(await words()).toBe("0 source-lab took its configuration\n")
  expect(await words()).toBe('0 source-lab took its configuration, its answer: {"sensors":3}\n')
  expect(await words()).toBe("1 metricq: source-lab refused its configuration: rate is too high\n")
  expect(await words(["--timeout", "1s"])).toMatch(/^1 metricq: source-lab did not answer: no answer in 1 s;/)
  expect(taken).toEqual([5, 5, 5, 5])
})

test("what is no JSON object is refused before anything is sent", async (t) => {
  const home = new Home(t)
  const set = (input: string) =>
    home.run(["config", "set", "source-lab", "-", "--server", "amqp://127.0.0.1:1/"], { input })
  expect(await set("[]")).toMatchObject({
    code: 1,
    stderr: "metricq: standard input must hold a JSON object, it holds an array\n",
  })
  expect(await set('{"a": 1')).toMatchObject({
    code: 1,
    stderr: "metricq: standard input is not JSON: line 1, column 8: expected a comma or }\n",
  })
})

test("clients that the manager has seen", async (t) => {
  const { home, server, config } = await network(t)
  await config(["list"])
  const some = await home.run(["client", "list", "--json", "--server", server])
  expect(JSON.parse(some.stdout)).toEqual([])
  const all = await home.run(["client", "list", "--all", "--server", server])
  expect(all.stdout).toMatch(/^token +last seen +last function .*\nmanagement-\S+-tool-config\.[0-9a-f]{32} /)
})

test("many configurations are changed by a patch, looked at before, stored with a note and applied", async (t) => {
  const { home, server, config } = await network(t)
  for (const name of ["a", "b"]) await config(["set", `source-lab-${name}`, "-"], '{"rate": 1, "prefix": "lab"}')
  await config(["set", "source-labor", "-"], '{"rate": 1}')
  const patch = (args: string[], input?: string) => config(["patch", ...args], input)
  const change = '{"rate": 2, "prefix": null}'
  const shown =
    'source-lab-a\n  rate: 1 → 2\n  prefix: "lab" → gone\nsource-lab-b\n  rate: 1 → 2\n  prefix: "lab" → gone\n'
  expect(await patch(["--select", "source-lab-*", change, "--dry-run"])).toMatchObject({ code: 0, stdout: shown })
  const stored = await patch(["--select", "source-lab-*", "-", "--note", "finer"], change)
  expect(stored).toMatchObject({ code: 0, stderr: "" })
  expect(stored.stdout.replace(/2-\w+/g, "2-x").split("\n").slice(6).sort()).toEqual([
    ...["", "source-lab-a is at revision 2-x", "source-lab-b is at revision 2-x"],
  ])
  expect(JSON.parse((await config(["get", "source-lab-b", "--json"])).stdout)).toMatchObject({
    ...{ config: { rate: 2 }, note: "finer" },
  })
  expect((await patch(["--select", "source-lab-*", change])).stdout).toBe(
    "source-lab-a\n  stays as it is\nsource-lab-b\n  stays as it is\n",
  )

  const client = new Client({ token: "source-lab-a", url: server, logger: silentLogger })
  client.handle("config", async ({ rate }) => {
    if (Number(rate) > 5) throw new RPCError("rate is too high")
    return {}
  })
  await client.connect()
  t.onTestFinished(() => client.stop())
  await home.run(["client", "label", "source-lab-a", "room=A", "--server", server])
  expect(await patch(["--label", "room=A", '{"rate": 5}', "--apply"])).toMatchObject({
    ...{ code: 0, stderr: "", stdout: expect.stringMatching(/source-lab-a took its configuration\n$/) },
  })
  const refused = await patch(["--select", "source-lab-*", '{"rate": 9}', "--apply"])
  expect(refused.code).toBe(1)
  expect(refused.stderr.split("\n").sort().slice(1)).toEqual([
    expect.stringMatching(/^metricq: source-lab-a refused its configuration: rate is too high$/),
    expect.stringMatching(/^metricq: source-lab-b did not answer: not connected/),
  ])
  expect(JSON.parse((await config(["get", "source-labor"])).stdout)).toEqual({ rate: 1 })
})

test("a patch that would make one of them wrong is stored for none, and one for nobody is an error", async (t) => {
  const { config } = await network(t)
  await config(["set", "source-sysinfo", "-"], '{"rate": 1}')
  await config(["set", "source-other", "-"], '{"rate": 1}')
  const wrong = await config(["patch", "--select", "*", '{"rate": "often"}'])
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/source-sysinfo: not stored, it is wrong for the agent source-sysinfo: .*rate/)
  expect(wrong.stderr).toMatch(/nothing was stored: 1 of 2 configurations would be wrong; --no-check stores them/)
  expect(JSON.parse((await config(["get", "source-other"])).stdout)).toEqual({ rate: 1 })
  expect((await config(["patch", "--select", "*", '{"rate": "often"}', "--no-check"])).code).toBe(0)
  expect(JSON.parse((await config(["get", "source-other"])).stdout)).toEqual({ rate: "often" })
  const nobody = await config(["patch", "--select", "source-x*", "--label", "room", "{}"])
  expect(nobody).toMatchObject({ code: 1, stderr: "metricq: no client with a configuration matches source-x* room\n" })
  expect((await config(["patch", "{}"])).code).toBe(2)
})

test("clients are labelled by token and glob, and listed by label", async (t) => {
  const { home, server, config } = await network(t)
  const client = (...args: string[]) => home.run(["client", ...args, "--server", server])
  for (const name of ["a", "b"]) await config(["set", `source-lab-${name}`, "-"], "{}")
  expect(await client("label", "source-lab-*", "room=A 1", "spare=")).toMatchObject({
    ...{ code: 0, stdout: "source-lab-a  room=A 1 spare\nsource-lab-b  room=A 1 spare\n" },
  })
  expect((await client("label", "source-lab-a", "spare-", "--json")).stdout).toBe(
    '{\n  "source-lab-a": {\n    "room": "A 1"\n  }\n}\n',
  )
  expect((await client("label", "source-lab-a", "source-lab-b")).stdout).toBe(
    "source-lab-a  room=A 1\nsource-lab-b  room=A 1 spare\n",
  )
  expect((await client("label", "source-x*", "a=b")).stderr).toBe("metricq: no client matches source-x*\n")
  expect((await client("label", "source-x", "a=b")).stderr).toMatch(/no client source-x was seen/)
  expect(await client("label", "a=b")).toMatchObject({ code: 2 })
  expect(await client("label", "source-lab-a", "a b=c")).toMatchObject({ code: 2 })
  expect(JSON.parse((await client("list", "--all", "--label", "room", "--json")).stdout)).toEqual([])
  const agent = new Client({ token: "source-lab-b", url: server, logger: silentLogger })
  t.onTestFinished(() => agent.stop())
  await agent.connect()
  await agent.rpc("source.register", {})
  expect((await client("list", "--label", "room=A 1", "--label", "spare")).stdout).toMatch(
    /\nsource-lab-b .* room=A 1 spare\n$/,
  )
  expect(JSON.parse((await client("list", "--label", "room=B", "--json")).stdout)).toEqual([])
})
