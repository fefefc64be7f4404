import type { Client } from "@metricq/client"
import { describeOnBrokers, startNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"

describeOnBrokers("metadata in layers", (kind) => {
  const read = async (client: Client, name: string) => (await client.getMetrics({ selector: [name] }))[name]

  test("what was set stays over what a source declares again, and gives way when it is taken back", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    const source = await net.source("source-lab", { metrics: { "lab.power": { unit: "W", description: "one" } } })
    await admin.rpc("metadata.set", { metadata: { "lab.power": { unit: "kW", note: "checked" } }, by: "bob" })

    await source.declareMetrics({ "lab.power": { unit: "VA", description: "two" } })
    await net.stopManager()
    await net.startManager()
    expect(await read(source, "lab.power")).toMatchObject({
      ...{ unit: "kW", description: "two", note: "checked", source: "source-lab" },
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    const { layers } = await source.rpc("metadata.get", { metrics: ["lab.power", "not.there"], layers: true })
    expect(layers).toMatchObject({
      "lab.power": { declared: { unit: "VA", description: "two" }, overlay: { unit: "kW", note: "checked" } },
      "not.there": null,
    })

    const change = { metadata: { "lab.power": { unit: null, note: null } } }
    expect(await admin.rpc("metadata.set", change)).toEqual({ changed: ["lab.power"] })
    expect(await admin.rpc("metadata.set", change)).toEqual({ changed: [] })
    const after = await read(source, "lab.power")
    expect(after?.unit).toBe("VA")
    expect(after).not.toHaveProperty("note")
    const { changes } = await source.rpc("metadata.history", { metric: "lab.power" })
    expect(changes.map(({ action, author, by }) => [action, author, by])).toEqual([
      ["set", net.admin.name, undefined],
      ["declare", "source-lab", undefined],
      ["set", net.admin.name, "bob"],
      ["declare", "source-lab", undefined],
    ])
    expect(changes[1]?.keys).toEqual({ description: { before: "one", after: "two" } })
  })

  test("a metric that is stored, hidden, deleted and declared anew comes back whole", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    await net.database("db-lab", ["lab.power"])
    const source = await net.source("source-lab", { metrics: { "lab.power": { unit: "W", rate: 1 } } })
    await admin.rpc("metadata.set", { metadata: { "lab.power": { hidden: true } } })
    expect(await admin.rpc("metadata.delete", { metrics: ["lab.power"] })).toEqual({ deleted: 1 })
    expect(await source.rpc("get_metrics", {})).toEqual({ metrics: [] })

    await source.declareMetrics({ "lab.power": { unit: "kW" } })
    expect(await read(source, "lab.power")).not.toHaveProperty("hidden")
    expect(await admin.rpc("metadata.restore", { metrics: ["lab.power"] })).toEqual({ restored: ["lab.power"] })
    expect(await read(source, "lab.power")).toMatchObject({ unit: "kW", rate: 1, hidden: true, historic: true })
    expect(await source.rpc("get_metrics", { hidden: true, historic: true })).toEqual({ metrics: ["lab.power"] })
    expect(await admin.rpc("metadata.restore", { metrics: ["lab.power"] })).toEqual({ restored: [] })
    const { changes } = await source.rpc("metadata.history", { metric: "lab.power", limit: 4 })
    expect(changes.map(({ action }) => action)).toEqual(["restore", "declare", "delete", "hide"])
  })

  test("a metric that two connected sources declare in turn is told, until one of them is gone", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    const one = await net.source("source-one", { metrics: { "lab.power": {}, "lab.moved": {} } })
    const two = await net.source("source-two", { metrics: { "lab.power": {}, "lab.moved": {} } })
    expect(await admin.rpc("metadata.contested", {})).toEqual({ metrics: [] })
    await one.declareMetrics({ "lab.power": {} })
    const contested = { metric: "lab.power", sources: ["source-one", "source-two"], time: expect.any(String) }
    expect(await admin.rpc("metadata.contested", {})).toEqual({ metrics: [contested] })
    await two.stop()
    expect(await admin.rpc("metadata.contested", {})).toEqual({ metrics: [] })
  })
})
