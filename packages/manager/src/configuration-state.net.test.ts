import { DurableSink, type JsonObject, RPCError, Source } from "@metricq/client"
import { describeOnBrokers, startNetwork, type TestNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"

/** Refuses every configuration whose rate is no number. */
class PickySource extends Source<JsonObject> {
  override onConfig({ rate }: JsonObject): void {
    if (typeof rate !== "number") throw new Error("rate must be a number")
  }
}

describeOnBrokers("what became of configurations", (kind) => {
  async function entryOf(net: TestNetwork, token: string, name = "client.list") {
    const admin = await net.adminClient()
    const { clients } = await admin.rpc(name, name === "client.list" ? {} : { timeout: 0.5 })
    return (clients as JsonObject[]).find((client) => client.token === token) as JsonObject
  }

  const picky = (net: TestNetwork) => net.connect(new PickySource(net.clientOptions("source-picky")))

  test("what was handed out with the registration is accepted when the client says so", async (t) => {
    const net = await startNetwork(t, { kind })
    await net.configure("source-picky", { rate: 1 })
    await picky(net)
    const { stored, sent } = (await entryOf(net, "source-picky")).configuration as Record<string, JsonObject>
    expect(sent).toMatchObject({ how: "register", revision: stored?.revision, time: expect.stringMatching(/Z$/) })
    const { configuration } = await entryOf(net, "source-picky", "client.discover")
    expect(configuration).toMatchObject({ accepted: { revision: stored?.revision } })
    expect(configuration).not.toHaveProperty("refused")
  })

  test("a refused one leaves the one before accepted, until another is taken; over a restart, too", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    const set = async (config: JsonObject) =>
      (await admin.rpc("config.set", { token: "source-picky", config })).revision
    const first = await set({ rate: 1 })
    await picky(net)
    await entryOf(net, "source-picky", "client.discover")
    const second = await set({ rate: "fast" })
    expect(await entryOf(net, "source-picky")).toMatchObject({
      configuration: { stored: { revision: second }, sent: { revision: first }, accepted: { revision: first } },
    })
    await admin.rpc("config.apply", { token: "source-picky", by: "ann" })
    const refused = {
      sent: { revision: second, how: "apply", by: "ann" },
      accepted: { revision: first },
      refused: { revision: second, text: "rate must be a number" },
    }
    expect(await entryOf(net, "source-picky", "client.discover")).toMatchObject({ configuration: refused })
    await net.stopManager()
    await net.startManager()
    expect(await entryOf(net, "source-picky")).toMatchObject({ configuration: refused })
    const third = await set({ rate: 2 })
    await admin.rpc("config.apply", { token: "source-picky" })
    const { configuration } = await entryOf(net, "source-picky")
    expect(configuration).toMatchObject({ sent: { revision: third }, accepted: { revision: third } })
    expect(configuration).not.toHaveProperty("refused")
  })

  test("a client that does not start with its configuration has told why", async (t) => {
    const net = await startNetwork(t, { kind })
    await net.configure("source-picky", { rate: null })
    await expect(picky(net)).rejects.toThrow("rate must be a number")
    expect(await entryOf(net, "source-picky", "client.discover")).toMatchObject({
      configuration: { sent: { how: "register" }, refused: { text: "rate must be a number" } },
      left: expect.stringMatching(/Z$/),
    })
    const other = await net.client("source-other")
    expect(await other.rpc("config.refused", { revision: "7-x", text: "never had it" })).toEqual({})
    expect(await entryOf(net, "source-other")).not.toHaveProperty("configuration")
  })

  test("who has gone is known at once, who is only silent is not taken for gone", async (t) => {
    const net = await startNetwork(t, { kind })
    const short = await net.client("tool-short")
    await net.configure("sink-a", {})
    const sink = await net.connect(new DurableSink(net.clientOptions("sink-a")))
    expect(await entryOf(net, "tool-short", "client.discover")).not.toHaveProperty("left")
    await short.stop()
    sink.handle("discover", () => new Promise<JsonObject>(() => {}))
    const { left, lastSeen } = await entryOf(net, "tool-short", "client.discover")
    expect(left).toBeTypeOf("string")
    expect(String(left) >= String(lastSeen)).toBe(true)
    expect(await entryOf(net, "sink-a")).not.toHaveProperty("left")
  })

  test("a version says on whose behalf it was written", async (t) => {
    const net = await startNetwork(t, { kind })
    const admin = await net.adminClient()
    const { revision } = await admin.rpc("config.set", { token: "t", config: { a: 1 }, by: "ann" })
    await admin.rpc("config.set", { token: "t", config: { a: 2 }, revision, by: "ben" })
    await admin.rpc("config.restore", { token: "t", version: 1, by: "cid" })
    await admin.rpc("config.delete", { token: "t", by: "dan" })
    const { versions } = await admin.rpc("config.versions", { token: "t" })
    expect(versions.map(({ by }) => by)).toEqual(["dan", "cid", "ben", "ann"])
    expect(await admin.rpc("config.get", { token: "t", version: 1 })).toMatchObject({
      by: "ann",
      author: net.admin.name,
    })
    const long = admin.rpc("config.set", { token: "t", config: {}, by: "x".repeat(101) })
    await expect(long).rejects.toThrow(RPCError)
    await expect(long).rejects.toThrow('"by" has 101 characters, at most 100 are stored')
  })
})
