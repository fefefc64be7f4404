import { execFile } from "node:child_process"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startNetwork, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"

const root = fileURLToPath(new URL("../../", import.meta.url))
const run = promisify(execFile)
const environment = { ...process.env, npm_config_loglevel: "error" }

// As somebody writes it who has no TypeScript; the how-to has the same.
const agent = `
import { IntervalSource } from "metricq"

class DummySource extends IntervalSource {
  async onConfig({ rate }) {
    this.period = 1 / rate
    await this.declareMetrics({ "example.js.dummy": { rate, unit: "", description: "random values" } })
  }
  async update(time) {
    this.send("example.js.dummy", time, Math.random())
  }
}
await new DummySource({ token: "source-js-dummy", url: process.env.METRICQ_SERVER }).run()
`

test("the packed packages, installed into an empty folder, give a working command and agent", {
  timeout: 180_000,
}, async (t) => {
  const packed = await temporaryFolder(t, "packed")
  await run("npm", ["pack", "--workspaces", "--pack-destination", packed], { cwd: root, env: environment })
  const tarballs = (await readdir(packed)).map((name) => join(packed, name))
  const manifest = JSON.parse(await readFile(join(root, "packages/cli/package.json"), "utf8")) as { version: string }

  const folder = await temporaryFolder(t, "installed")
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "somebody", private: true, type: "module" }))
  await run("npm", ["install", "--ignore-scripts", "--prefer-offline", ...tarballs], { cwd: folder, env: environment })
  const { stdout } = await run("npx", ["--no-install", "metricq", "--version"], { cwd: folder, env: environment })
  expect(stdout).toContain(manifest.version)

  const net = await startNetwork(t, { kind: "embedded" })
  await net.configure("source-js-dummy", { rate: 10 })
  const sink = await net.sink("sink-test", ["example.js.dummy"])
  await mkdir(join(folder, "agent"))
  await writeFile(join(folder, "agent/source.js"), agent)
  const server = { ...environment, METRICQ_SERVER: net.url }
  const running = run(process.execPath, ["agent/source.js"], { cwd: folder, env: server })
  t.onTestFinished(() => void running.child.kill("SIGKILL"))
  running.catch(() => {}) // killed at the end; before that, the race below tells
  const ended = running.then(() => Promise.reject(new Error("the agent ended")))
  const [metric, time, value] = await Promise.race([sink.next(), ended])
  expect(metric).toBe("example.js.dummy")
  expect(Math.abs(Date.now() - time.posixMs)).toBeLessThan(60_000)
  expect(value).toBeGreaterThanOrEqual(0)
})
