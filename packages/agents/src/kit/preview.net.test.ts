import { startNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { sysinfo } from "../source-sysinfo/agent.js"
import { createAgent } from "./create-agent.js"

test("a running agent tells what its configurations may hold, and what one would declare", async (t) => {
  const net = await startNetwork(t)
  const config = { rate: 2, prefix: "here", net: false, disk: false, fs: false, temp: false, power: false }
  await net.configure("source-sysinfo-a", config)
  const agent = await net.connect(createAgent(sysinfo, net.clientOptions("source-sysinfo-a")))
  const admin = await net.adminClient()
  const ask = (name: string, args = {}) => admin.rpcTo("source-sysinfo-a", name, args)
  expect(await ask("schema")).toMatchObject({
    kind: "source-sysinfo",
    schema: { type: "object", properties: { rate: { exclusiveMinimum: 0 } } },
    sample: sysinfo.sample(),
  })
  const { metrics } = await ask("preview", { config: { ...config, prefix: "there", rate: 4 } })
  expect(metrics).toMatchObject({ "there.cpu.usage": { rate: 4, unit: "%" } })
  expect(Object.keys(metrics as object).every((name) => name.startsWith("there."))).toBe(true)
  await expect(ask("preview", { config: { rate: 0 } })).rejects.toThrow(/rate: expected a number > 0/)
  expect(agent.config).toMatchObject({ rate: 2, prefix: "here" })
  const declared = await admin.rpc("metadata.list", { prefix: "there." })
  expect(declared).toEqual({ metrics: [] })
})

test("a client may have functions of these names that are its own", async (t) => {
  const net = await startNetwork(t)
  const client = await net.client("source-own")
  client.handle("preview", () => ({ own: true }))
  const admin = await net.adminClient()
  expect(await admin.rpcTo("source-own", "preview", {})).toEqual({ own: true })
})

test("a client without them says that it has no such function", async (t) => {
  const net = await startNetwork(t)
  await net.source("source-plain", { metrics: {} })
  const admin = await net.adminClient()
  for (const name of ["schema", "preview"]) {
    await expect(admin.rpcTo("source-plain", name, {})).rejects.toThrow(`'Missing rpc handler for ${name}'`)
  }
})
