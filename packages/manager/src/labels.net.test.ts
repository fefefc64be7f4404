import { RPCError } from "@metricq/client"
import { describeOnBrokers, startNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"

describeOnBrokers("labels of clients", (kind) => {
  test("stand in the list of clients, also after a restart of the manager", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    await net.source("source-lab", { metrics: {} })
    await net.configure("source-planned", { rate: 1 })
    const labels = { "source-lab": { room: "A", spare: "" }, "source-planned": { room: "B" } }
    expect(await admin.rpc("client.label", { labels })).toEqual({ labels })
    const change = { "source-lab": { spare: null, rack: "7" } }
    expect(await admin.rpc("client.label", { labels: change })).toEqual({
      labels: { "source-lab": { rack: "7", room: "A" } },
    })
    await net.stopManager()
    await net.startManager()
    const { clients } = await admin.rpc("client.list", {})
    expect(clients.find(({ token }) => token === "source-lab")?.labels).toEqual({ rack: "7", room: "A" })
    expect(clients.find(({ token }) => token === admin.token)).not.toHaveProperty("labels")
    expect(await admin.rpc("client.labels", {})).toEqual({
      labels: { "source-lab": { rack: "7", room: "A" }, "source-planned": { room: "B" } },
    })
  })

  test("are for administrators, for clients that there are, and of a form", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    await net.source("source-lab", { metrics: {} })
    const refused = async (labels: unknown, text: string) => {
      const asked = admin.rpc("client.label", { labels } as never)
      await expect(asked).rejects.toThrow(RPCError)
      await expect(asked).rejects.toThrow(text)
    }
    await refused({ "source-lab": { room: "A" }, "source-lib": { room: "A" } }, "no client source-lib was seen")
    await refused({ "source-lab": { room: 7 } }, "the label room of source-lab must be text")
    await refused({ "source-lab": ["room"] }, "must have an object for source-lab")
    await refused({ "source-lab": { "a b": "" } }, "cannot be the key of a label")
    await refused({ _x: { a: "" } }, "cannot be the token of a client")
    await refused(undefined, "'labels'")
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`source-${i}`, { a: null }]))
    await refused(many, "at most 1000 are changed at once")
    expect(await admin.rpc("client.labels", {})).toEqual({ labels: {} })
    const other = await net.client("tool-other")
    await expect(other.rpc("client.label", { labels: {} })).rejects.toThrow("client.label needs an administrator")
    await expect(other.rpc("client.labels", {})).rejects.toThrow("needs an administrator")
  })
})
