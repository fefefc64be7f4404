import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { Home, type TestScope } from "./testing/command-process.js"

/** A network with the configurations given, and `metricq config` in it. */
async function network(t: TestScope, configs: Record<string, object> = {}) {
  const home = new Home(t)
  const { server } = await home.up(["--no-demo", "--no-database"])
  const config = (args: string[], input?: string) => home.run(["config", ...args, "--server", server], { input })
  for (const [token, document] of Object.entries(configs)) {
    const set = await config(["set", token, "-", "--no-check"], JSON.stringify(document))
    expect(set).toMatchObject({ code: 0 })
  }
  const folder = join(home.folder, "bundle")
  const stored = async (token: string) => JSON.parse((await config(["get", token])).stdout)
  const write = (name: string, document: unknown) =>
    writeFileSync(join(folder, name), typeof document === "string" ? document : JSON.stringify(document, null, 2))
  return { config, folder, stored, write, server, home }
}

const lab = { url: "mqtt://me:hush@host/", hosts: [{ name: "a", password: "hush" }], token: { $env: "TOKEN" } }

test("what is exported twice is the same, and secrets are neither in it nor lost by an import", async (t) => {
  const { config, folder, stored } = await network(t, { "x-lab": lab, "x-a/b": { z: 1, a: 2 } })
  expect(await config(["export", folder])).toMatchObject({
    ...{ code: 0, stdout: `${folder}: 2 written, 0 unchanged, 0 removed\n` },
    stderr: "metricq: secrets of x-lab are left out; an import keeps those that are stored\n",
  })
  expect(readdirSync(folder)).toEqual([".metricq-bundle", "x-a%2Fb.json", "x-lab.json"])
  expect(readFileSync(join(folder, "x-a%2Fb.json"), "utf8")).toBe('{\n  "z": 1,\n  "a": 2\n}\n')
  expect(readFileSync(join(folder, "x-lab.json"), "utf8")).not.toContain("hush")
  const before = statSync(join(folder, "x-lab.json")).mtimeMs
  expect((await config(["export", folder])).stdout).toBe(`${folder}: 0 written, 2 unchanged, 0 removed\n`)
  expect(statSync(join(folder, "x-lab.json")).mtimeMs).toBe(before)

  expect(await config(["import", folder])).toMatchObject({ code: 0, stdout: "same  x-a/b, x-lab\nnothing to do\n" })
  expect(await stored("x-lab")).toEqual(lab)
  await config(["delete", "x-a/b"])
  expect((await config(["export", folder])).stdout).toMatch(/removed x-a%2Fb\.json: it has no configuration any more/)
})

test("an import shows what differs and writes that alone, with a note", async (t) => {
  const { config, folder, stored, write } = await network(t, { "x-lab": lab, "x-same": { a: 1 }, "x-old": {} })
  await config(["export", folder])
  write("x-lab.json", { ...lab, url: "mqtt://me:******@other/", hosts: [{ name: "a", password: "******", port: 1 }] })
  write("x-new.json", { rate: 1 })
  await config(["set", "x-later", "-"], "{}")

  const dry = await config(["import", folder, "--dry-run", "--delete"])
  expect(dry).toMatchObject({ code: 0, stderr: "" })
  expect(dry.stdout).toMatch(/^changed {2}x-lab\n--- stored, \S+ by metricq-admin\n\+\+\+ \S+x-lab\.json\n@@/)
  expect(dry.stdout).toMatch(/\n\+ {6}"port": 1\n/)
  expect(dry.stdout).not.toContain("hush")
  expect(dry.stdout).toMatch(/\nnew {2}x-new\n/)
  expect(dry.stdout).toMatch(/\nsame {2}x-old, x-same\n\ndeleted, not in the bundle {2}x-later\n/)
  expect(dry.stdout).toMatch(/\nwould write 2 configurations and delete 1 configuration; nothing was changed\n$/)

  const unasked = await config(["import", folder])
  expect(unasked).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing was changed: nobody can be asked/) })

  const done = await config(["import", folder, "--yes", "--delete", "--note", "release 7"])
  expect(done).toMatchObject({ code: 0, stderr: "" })
  expect(done.stdout).toMatch(
    /written {3}x-lab {2}2-\w+\nwritten {3}x-new {2}1-\w+\ndeleted {3}x-later {2}its versions stay\n$/,
  )
  expect(await stored("x-lab")).toEqual({ ...lab, url: "mqtt://me:hush@other/", hosts: [{ ...lab.hosts[0], port: 1 }] })
  const versions = JSON.parse((await config(["versions", "x-lab", "--json"])).stdout)
  expect(versions).toMatchObject([{ version: 2, note: "release 7" }, { version: 1 }])
  expect(JSON.parse((await config(["versions", "x-same", "--json"])).stdout)).toHaveLength(1)
  expect((await config(["get", "x-later"])).code).toBe(1)
})

test("one file holds everything for another network, secrets too if they are asked for", async (t) => {
  const { config, home } = await network(t, { "x-lab": lab, "x-b": { b: 1 } })
  const file = join(home.folder, "bundle.json")
  await config(["export", "-o", file, "--with-secrets"])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(JSON.parse((await config(["export", "-o", "-", "--select", "x-b"])).stdout)).toEqual({
    ...{ format: "metricq-configurations 1", configurations: { "x-b": { b: 1 } } },
  })
  const other = await network(t)
  expect(await other.config(["import", file, "--yes", "--apply"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/x-b did not answer: not connected/),
  })
  expect(await other.stored("x-lab")).toEqual(lab)
})

test("files that are none are told with their lines, all of them", async (t) => {
  const { config, folder, write } = await network(t)
  mkdirSync(folder)
  write("source-a.json", '{\n  "rate": 1,\n}')
  write("x-b.json", "[]")
  write("_c.json", "{}")
  const bad = await config(["import", folder, "--yes"])
  expect(bad).toMatchObject({ code: 1, stdout: "" })
  expect(bad.stderr).toMatch(
    /_c\.json: its name is no token of a client; \S+source-a\.json is not JSON: line 3, column 1/,
  )
  expect(bad.stderr).toMatch(/x-b\.json must hold a JSON object, it holds an array/)
})

test("what is wrong in it is told with its line, before anything is written", async (t) => {
  const { config, folder, write } = await network(t)
  mkdirSync(folder)
  write("x-a.json", {})
  write("x-b.json", { x: 1, hosts: [{ password: "******" }] })
  write("source-sysinfo-c.json", '{\n  "prefix": "c",\n  "rate": "fast"\n}')
  const wrong = await config(["import", folder, "--yes"])
  expect(wrong.stdout).toMatch(/error: \S+source-sysinfo-c\.json, line 3: rate: expected/)
  expect(wrong.stdout).toMatch(/error: \S+x-b\.json, line 5: hosts\[0\]\.password: it is left out in the bundle/)
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/2 configurations cannot be stored: nothing was/),
  })
  expect(JSON.parse((await config(["list", "--json"])).stdout)).toEqual([])
  expect(await config(["import", folder, "--yes", "--no-check", "--select", "source-*"])).toMatchObject({ code: 0 })
})

test("a folder with other JSON files is not taken for a bundle", async (t) => {
  const { config, folder, write } = await network(t, { "x-a": {} })
  mkdirSync(folder)
  write("package.json", {})
  expect(await config(["export", folder])).toMatchObject({
    ...{ code: 1, stderr: expect.stringMatching(/holds package\.json and no bundle: name an empty or new folder/) },
  })
  expect(readdirSync(folder)).toEqual(["package.json"])
})
