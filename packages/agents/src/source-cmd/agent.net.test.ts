import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { describeOnBrokers, startNetwork, temporaryFolder } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { createAgent } from "../kit/create-agent.js"
import { setPermissionsFile } from "../kit/permissions.js"
import { cmd } from "./agent.js"

const token = "source-cmd"

async function start(t: TestContext, kind: Parameters<typeof startNetwork>[1], metrics: object, allowed: string[]) {
  const net = await startNetwork(t, kind)
  const file = join(await temporaryFolder(t), "allow.json")
  writeFileSync(file, JSON.stringify({ commands: allowed }))
  setPermissionsFile(file)
  const config = { selfMetrics: { interval: 0.05 }, timeout: 0.3, metrics } as Parameters<typeof net.configure>[1]
  await net.configure(token, config)
  const sink = await net.sink("sink-test", [...Object.keys(metrics), `${token}.lab.slow.up`, `${token}.lab.secret.up`])
  const agent = createAgent(cmd, { token, url: net.url, logger: silentLogger })
  t.onTestFinished(() => agent.stop())
  await agent.connect()
  const client = await net.adminClient()
  const nextOf = async (metric: string) => {
    for (;;) {
      const [name, , value] = await sink.next()
      if (name === metric) return value
    }
  }
  return { nextOf, client }
}

describeOnBrokers("source-cmd", (kind) => {
  test("sends what commands print, and tells of those that hang, fail or are not allowed", async (t) => {
    const metric = (command: string, more: object = {}) => ({ command, unit: "1", interval: 0.05, ...more })
    const metrics = {
      "lab.answer": metric("echo answer: 42", { regex: "answer: (\\d+)" }),
      "lab.half": metric("echo answer: 42", { regex: "answer: (\\d+)", scale: 0.5 }),
      "lab.slow": metric("sleep 60; echo 1", { onFailure: "nan" }),
      "lab.broken": metric("echo 1; exit 3", { onFailure: "nan" }),
      "lab.garbage": metric("echo none", { onFailure: "nan" }),
      "lab.secret": metric("cat /etc/shadow"),
    }
    const { nextOf, client } = await start(t, { kind }, metrics, ["echo *", "sleep 60; echo 1"])
    expect(await nextOf("lab.answer")).toBe(42)
    expect(await nextOf("lab.half")).toBe(21)
    expect(await nextOf("lab.slow")).toBeNaN()
    expect(await nextOf("lab.broken")).toBeNaN()
    expect(await nextOf("lab.garbage")).toBeNaN()
    expect(await nextOf(`${token}.lab.slow.up`)).toBe(0)
    expect(await nextOf(`${token}.lab.secret.up`)).toBe(0)
    const found = await client.rpcTo(token, "discover")
    const failing = found.failingTargets as { name: string; error: string }[]
    expect(failing.find(({ name }) => name === "lab.secret")?.error).toContain("--allow")
    expect(failing.find(({ name }) => name === "lab.broken")?.error).toBe("the command has failed with 3")
    const { "lab.answer": metadata } = await client.getMetrics({ prefix: "lab.answer" })
    expect(metadata).toMatchObject({ unit: "1", rate: 20, description: "echo answer: 42", source: token })
  })
})
