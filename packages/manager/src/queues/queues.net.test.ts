import { Client, type JsonObject, type RPCError, Sink, silentLogger } from "@metricq/client"
import { describeOnBrokers, onTestEnd, startBroker, type TestScope, temporaryFolder } from "@metricq/testkit"
import { connect } from "amqplib"
import { expect, test } from "vitest"
import { openDocuments } from "../documents/lmdb-documents.js"
import type { DocumentStore } from "../documents/store.js"
import { Manager } from "../manager.js"

describeOnBrokers("queues and subscriptions", (kind) => {
  async function setUp(t: TestScope) {
    const broker = await startBroker(t, { kind })
    const documents = await openDocuments(await temporaryFolder(t))
    onTestEnd(t, () => documents.close())
    const manager = await startManager(t, broker, documents)
    const admin = await connected(t, new Client({ token: "admin", url: broker.url, logger: silentLogger }))
    const asClient = (token: string) => connected(t, new Client({ token, url: broker.url, logger: silentLogger }))
    return { broker, documents, manager, admin, asClient }
  }

  async function startManager(t: TestScope, broker: { url: string; user: string }, documents: DocumentStore) {
    const manager = new Manager({ url: broker.url, documents, administrators: [broker.user], logger: silentLogger })
    await manager.start()
    onTestEnd(t, () => manager.stop())
    return manager
  }

  async function connected<C extends Client>(t: TestScope, client: C): Promise<C> {
    onTestEnd(t, () => client.stop())
    await client.connect()
    return client
  }

  const subscriptionsOf = async (admin: Client, args: JsonObject = {}) =>
    (await admin.rpc("client.subscriptions", args)).subscriptions as unknown as JsonObject[]
  const refusal = (answer: Promise<unknown>) =>
    answer.then(
      () => "not refused",
      (error: unknown) => (error as RPCError).message,
    )

  test("tells who is subscribed to what, by name and by metric", async (t) => {
    const { broker, documents, admin, asClient } = await setUp(t)
    for (const token of ["transformer-a", "db-a"]) await documents.putConfig(token, {}, { author: "test" })
    const sink = await connected(t, new Sink({ token: "sink-a", url: broker.url, logger: silentLogger }))
    await sink.subscribe(["lab.a", "lab.b"])
    await sink.unsubscribe(["lab.b"])
    const transformer = await asClient("transformer-a")
    await transformer.rpc("transformer.subscribe", { metrics: ["lab.a", "lab.*.x"] })
    const db = await asClient("db-a")
    await db.rpc("db.subscribe", { metrics: ["lab.#", { name: "kept", input: "raw" }], metadata: false })

    expect(await subscriptionsOf(admin)).toMatchObject([
      { token: sink.token, role: "sink", queue: sink.queue, count: 1, patterns: [], keys: ["lab.a"] },
      { token: "transformer-a", role: "transformer", count: 2, patterns: ["lab.*.x"], keys: ["lab.*.x", "lab.a"] },
      { token: "db-a", role: "database", queue: "db-a-data", count: 2, patterns: ["lab.#"], keys: ["lab.#", "raw"] },
    ])
    const reached = async (metric: string) =>
      (await subscriptionsOf(admin, { metric })).map(({ token, via }) => [token, via])
    expect(await reached("lab.a")).toEqual([
      [sink.token, "lab.a"],
      ["transformer-a", "lab.a"],
      ["db-a", "lab.#"],
    ])
    expect(await reached("lab.1.x")).toEqual([
      ["transformer-a", "lab.*.x"],
      ["db-a", "lab.#"],
    ])
    expect(await reached("raw")).toEqual([["db-a", "raw"]])
    expect(await reached("kept")).toEqual([])
    await db.rpc("db.unsubscribe", { inputs: ["raw"] })
    expect(await reached("raw")).toEqual([])
  })

  test("pages through the keys of a large subscription", async (t) => {
    const { admin, asClient } = await setUp(t)
    const names = Array.from({ length: 250 }, (_, i) => `lab.${String(i).padStart(3, "0")}`)
    const sink = await asClient("sink-a")
    const { dataQueue } = await sink.rpc("sink.subscribe", { metrics: names, metadata: false })
    const [summary] = await subscriptionsOf(admin, { limit: 0 })
    expect(summary).toMatchObject({ token: "sink-a", count: 250, keys: [], next: "" })
    const found: unknown[] = []
    let after: string | undefined
    do {
      const [page] = await subscriptionsOf(admin, { queue: dataQueue, limit: 100, ...(after && { after }) })
      found.push(...(page!.keys as string[]))
      expect(page!.revision).toBe(summary!.revision)
      after = page!.next as string | undefined
    } while (after !== undefined)
    expect(found).toEqual(names)
    expect(await refusal(admin.rpc("client.subscriptions", { after: "x" }))).toContain('"after" goes with "queue"')
  })

  test("forgets a sink that has gone, and keeps what lasts over a restart", async (t) => {
    const { broker, documents, manager, admin, asClient } = await setUp(t)
    await documents.putConfig("transformer-a", {}, { author: "test" })
    const transformer = await asClient("transformer-a")
    await transformer.rpc("transformer.subscribe", { metrics: ["lab.a"] })
    const staying = await connected(t, new Sink({ token: "sink-a", url: broker.url, logger: silentLogger }))
    await staying.subscribe(["lab.a"])
    const leaving = await connected(t, new Sink({ token: "sink-b", url: broker.url, logger: silentLogger }))
    await leaving.subscribe(["lab.a"])
    await leaving.stop()
    await transformer.stop()
    await manager.stop()
    await startManager(t, broker, documents)
    const tokens = (await subscriptionsOf(admin)).map(({ token }) => token)
    expect(tokens.sort()).toEqual([staying.token, "transformer-a"])
  })

  test("a queue that was made anew is bound to what was asked for since", async (t) => {
    const { broker, documents, admin, asClient } = await setUp(t)
    await documents.putConfig("transformer-a", {}, { author: "test" })
    const transformer = await asClient("transformer-a")
    await transformer.rpc("transformer.subscribe", { metrics: ["old"] })
    const connection = await connect(broker.url)
    onTestEnd(t, () => connection.close())
    const channel = await connection.createChannel()
    await channel.deleteQueue("transformer-a-data")
    await transformer.rpc("transformer.subscribe", { metrics: ["new"] })
    expect(await subscriptionsOf(admin)).toMatchObject([{ keys: ["new"] }])
  })

  test("lists lasting queues, those from before it remembered too, and deletes what nobody uses", async (t) => {
    const { broker, documents, admin, asClient } = await setUp(t)
    for (const token of ["transformer-a", "db-old", "db-a"]) await documents.putConfig(token, {}, { author: "test" })
    const connection = await connect(broker.url)
    onTestEnd(t, () => connection.close())
    const channel = await connection.createConfirmChannel()
    for (const queue of ["db-old-data", "db-old-hreq"]) await channel.assertQueue(queue)
    const transformer = await asClient("transformer-a")
    await transformer.rpc("transformer.subscribe", { metrics: ["lab.a"] })
    const sink = await asClient("sink-a")
    const { dataQueue } = await sink.rpc("sink.subscribe", { metrics: ["lab.a"], keep: 60 })
    await sink.rpc("sink.subscribe", { metrics: ["lab.a"] })
    channel.publish("metricq.data", "lab.a", Buffer.from("x"))
    await channel.waitForConfirms()

    const lasting = { messages: 0, consumers: 0, life: "lasting" }
    const { queues } = await admin.rpc("queue.list", {})
    expect(queues.sort((a, b) => (a.queue < b.queue ? -1 : 1))).toEqual([
      { queue: "db-old-data", token: "db-old", role: "database", kind: "data", ...lasting },
      { queue: "db-old-hreq", token: "db-old", role: "database", kind: "history", ...lasting },
      { queue: dataQueue, token: "sink-a", role: "sink", kind: "data", ...lasting, life: "kept", messages: 1 },
      {
        queue: "transformer-a-data",
        token: "transformer-a",
        role: "transformer",
        kind: "data",
        ...lasting,
        messages: 1,
      },
    ])
    const deleting = (queue: string) => admin.rpc("queue.delete", { queue })
    expect(await refusal(deleting("transformer-a-data"))).toContain("transformer-a is connected")
    expect(await refusal(deleting("management"))).toContain("is not one of the lasting queues")
    const { consumerTag } = await channel.consume("db-old-data", () => {})
    expect(await refusal(deleting("db-old-data"))).toContain("in use")
    await channel.cancel(consumerTag)
    await transformer.stop()
    expect(await deleting("transformer-a-data")).toEqual({ queue: "transformer-a-data", messages: 1 })
    expect(await deleting("db-old-data")).toEqual({ queue: "db-old-data", messages: 0 })
    const left = (await admin.rpc("queue.list", {})).queues.map(({ queue }) => queue)
    expect(left.sort()).toEqual(["db-old-hreq", dataQueue])
  })

  test("is for administrators", async (t) => {
    const { broker } = await setUp(t)
    const user = await broker.createUser("somebody", "secret")
    const other = await connected(t, new Client({ token: "other", url: user.url, logger: silentLogger }))
    for (const [name, args] of [
      ["client.subscriptions", {}],
      ["queue.list", {}],
      ["queue.delete", { queue: "x" }],
    ] as const) {
      expect(await refusal(other.rpc(name as string, args))).toContain(`${name} needs an administrator`)
    }
  })
})
