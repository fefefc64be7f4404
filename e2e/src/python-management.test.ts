import type { JsonObject } from "@metricq/client"
import { expect, type TestContext, test } from "vitest"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

/** A network with five declared metrics, two of them historic, and a client of the original that asks. */
async function startAsking(t: TestContext, options: JsonObject = {}) {
  const net = await UpNetwork.start(t, "--no-database") // which has metrics of its own
  await net.source("source-ts", {
    metrics: {
      "lab.ariel.power": { unit: "W" },
      "lab.ariel.temperature": { unit: "°C" },
      "lab.barney.power": { unit: "W", hidden: true },
      "labor.cost": { unit: "€" },
      "office.power": { unit: "W" },
    },
  })
  await net.configure("db-ts", {})
  const db = await net.client("db-ts")
  await db.rpc("db.subscribe", { metrics: ["lab.ariel.power", { name: "office.power", input: "office.power" }] })
  const asker = PythonAgent.start(t, "management", { server: net.url, token: "client-py", options })
  await asker.next("ready")
  const ask = async (command: JsonObject) => {
    asker.tell(command)
    return asker.next("answer", "refused")
  }
  return { net, ask }
}

describeWithPython("asking with the original client", () => {
  test("get_metrics in all its forms", async (t) => {
    const { ask } = await startAsking(t)
    const names = async (query: JsonObject) => {
      const { answer, text } = await ask({ get_metrics: query })
      return answer === undefined ? text : Object.keys(answer as JsonObject)
    }
    const all = ["lab.ariel.power", "lab.ariel.temperature", "lab.barney.power", "labor.cost", "office.power"]
    expect(await names({})).toEqual(all)
    expect(await names({ metadata: false })).toEqual(all)
    expect(await names({ selector: "ariel|cost$" })).toEqual(["lab.ariel.power", "lab.ariel.temperature", "labor.cost"])
    expect(await names({ selector: ["office.power", "lab.ariel.power", "nobody"] })).toEqual([
      "lab.ariel.power",
      "office.power",
    ])
    expect(await names({ prefix: "lab." })).toEqual(["lab.ariel.power", "lab.ariel.temperature", "lab.barney.power"])
    expect(await names({ prefix: "lab", limit: 2 })).toEqual(["lab.ariel.power", "lab.ariel.temperature"])
    expect(await names({ historic: true })).toEqual(["lab.ariel.power", "office.power"])
    expect(await names({ historic: true, infix: "power" })).toEqual(["lab.ariel.power", "office.power"])
    expect(await names({ historic: true, selector: "^lab" })).toEqual(["lab.ariel.power"])
    expect(await names({ selector: "power", hidden: true })).toEqual(["lab.barney.power"])
    expect(await names({ prefix: "lab", infix: "power" })).toEqual(expect.any(String))
    expect(await names({ selector: "a", prefix: "lab" })).toEqual(expect.any(String))
    const { answer } = await ask({ get_metrics: { selector: ["lab.ariel.power"] } })
    expect(answer).toMatchObject({
      "lab.ariel.power": { _id: "lab.ariel.power", unit: "W", source: "source-ts", historic: true },
    })
    expect(await ask({ get_metrics: { selector: ["lab.ariel.power"], metadata: false } })).toMatchObject({
      answer: { "lab.ariel.power": {} },
    })
  })

  test("a history client registers and looks among historic metrics only", async (t) => {
    const { ask } = await startAsking(t, { history: true })
    const { answer } = await ask({ get_metrics: { metadata: false } })
    expect(Object.keys(answer as JsonObject)).toEqual(["lab.ariel.power", "office.power"])
  })

  test("functions under their old names, and errors as text", async (t) => {
    const { ask } = await startAsking(t)
    expect(await ask({ rpc: "history.get_metric_list" })).toMatchObject({
      answer: { metric_list: expect.arrayContaining(["labor.cost"]) },
    })
    expect(await ask({ rpc: "no.such.function" })).toMatchObject({ error: "RPCError", text: expect.any(String) })
    expect(await ask({ rpc: "source.register" })).toMatchObject({
      error: "RPCError",
      text: expect.stringContaining("not found"),
    })
  })

  test("a broadcast of discover is answered by our agents and its own, in each other's terms", async (t) => {
    const { net, ask } = await startAsking(t)
    const { answer } = await ask({ discover: 1 })
    const answers = answer as JsonObject[]
    const ours = answers.find(({ from_token }) => from_token === "source-ts")
    expect(ours).toMatchObject({
      alive: true,
      currentTime: expect.stringMatching(/^\d{4}-.*\+00:00$/),
      startingTime: expect.any(String),
      uptime: expect.any(Number),
      metricqVersion: expect.any(String),
      hostname: expect.any(String),
    })
    const client = await net.client("client-ts")
    const found = []
    for await (const { token, response } of client.discover({ timeout: 1 })) found.push({ token, response })
    const theirs = found.find(({ token }) => token?.startsWith("client-py."))
    expect(theirs?.response).toMatchObject({ alive: true, metricqVersion: expect.stringMatching(/^metricq-python\//) })
  })

  test("a configuration that it pushes reaches our source, and one of ours reaches its source", async (t) => {
    const { net, ask } = await startAsking(t)
    expect(await ask({ push: "source-ts", config: { metrics: { "pushed.by.py": { unit: "A" } } } })).toMatchObject({
      answer: {},
    })
    const client = await net.client("client-ts")
    expect(await client.getMetrics({ prefix: "pushed." })).toMatchObject({
      "pushed.by.py": { unit: "A", source: "source-ts" },
    })

    await net.configure("source-py", { metrics: {} })
    const agent = PythonAgent.start(t, "source", { server: net.url, token: "source-py" })
    await agent.next("config")
    await net.configure("source-py", { metrics: { "pushed.by.ts": {} } })
    expect(await net.command(["config", "apply", "source-py"])).toContain("source-py")
    expect((await agent.next("config")).config).toMatchObject({ metrics: { "pushed.by.ts": {} } })
    expect(await client.getMetrics({ prefix: "pushed." })).toHaveProperty(["pushed.by.ts", "source"], "source-py")
  })

  test("two clients with one token: the second is refused, whoever has the first", async (t) => {
    const refused = {
      causes: expect.arrayContaining([expect.stringMatching(/^ChannelLockedResource: RESOURCE_LOCKED/)]),
    }
    const net = await UpNetwork.start(t)
    await net.configure("source-both", { metrics: {} })
    const first = PythonAgent.start(t, "source", { server: net.url, token: "source-both" })
    await first.next("ready")
    const second = PythonAgent.start(t, "source", { server: net.url, token: "source-both" })
    expect(await second.next("failed")).toMatchObject(refused)
    expect(await second.ended()).toBe(1)
    await expect(net.client("source-both")).rejects.toMatchObject({ code: "token-in-use" })
    first.tell({ declare: { "still.here": {} } })
    await first.next("declared")
    await first.stop()

    await net.client("source-both")
    const third = PythonAgent.start(t, "source", { server: net.url, token: "source-both" })
    expect(await third.next("failed")).toMatchObject(refused)
  })
})
