import { randomUUID } from "node:crypto"
import { Client, type JsonObject, RPCError, silentLogger } from "@metricq/client"
import { type BrokerKind, describeOnBrokers, startBroker, type TestBroker, type TestScope } from "@metricq/testkit"
import { type ConfirmChannel, connect } from "amqplib"
import { describe, expect, test } from "vitest"
import type { DocumentStore } from "./documents/store.js"
import { Manager, type ManagerOptions } from "./manager.js"
import type { StoreMaker } from "./testing/store-under-test.js"
import { couchStore, folderStore, openFor } from "./testing/stores.js"

/** What it promises, with whatever broker and documents. */
function managerContract(kind: BrokerKind, makeStore: StoreMaker): void {
  interface Setup {
    broker: TestBroker
    documents: DocumentStore
    manager: Manager
  }

  async function setUp(t: TestScope, options: Partial<ManagerOptions> = {}): Promise<Setup> {
    const broker = await startBroker(t, { kind })
    const documents = await openFor(t, makeStore)
    const manager = await startManager(t, { url: broker.url, documents, administrators: [broker.user], ...options })
    return { broker, documents, manager }
  }

  async function startManager(t: TestScope, options: ManagerOptions): Promise<Manager> {
    const manager = new Manager({ logger: silentLogger, ...options })
    await manager.start()
    onEnd(t, () => manager.stop())
    return manager
  }

  async function client(t: TestScope, url: string, token = `client-${randomUUID()}`): Promise<Client> {
    const client = new Client({ token, url, logger: silentLogger })
    await client.connect()
    onEnd(t, () => client.stop())
    return client
  }

  /** A channel of its own, and requests as only a faulty client sends them. */
  async function rawPeer(t: TestScope, url: string) {
    const connection = await connect(url)
    onEnd(t, () => connection.close())
    const channel = await connection.createConfirmChannel()
    const queue = `raw-${randomUUID()}-rpc`
    const answers: JsonObject[] = []
    let wake = () => {}
    await channel.assertQueue(queue, { exclusive: true })
    await channel.consume(
      queue,
      (message) => {
        answers.push(JSON.parse(String(message?.content)) as JsonObject)
        wake()
      },
      { noAck: true },
    )
    const next = async () => {
      while (answers.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return answers.shift()!
    }
    const send = (body: string | Buffer, properties = {}) =>
      channel.publish("metricq.management", "x", Buffer.from(body), { replyTo: queue, appId: "raw", ...properties })
    return { channel, queue, next, send }
  }

  const refusalOf = async (answer: Promise<unknown>): Promise<JsonObject> => {
    const error = await answer.then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(RPCError)
    return (error as RPCError).answer
  }

  test("answers every faulty request that says where to, ignores the others, and works on", async (t) => {
    const { broker } = await setUp(t)
    const peer = await rawPeer(t, broker.url)
    const faulty: [string | Buffer, string | RegExp][] = [
      ["no json", /not JSON/],
      ["", /not JSON/],
      [Buffer.from([0xff, 0xfe, 0x7b]), /not JSON/],
      ["[1]", /not a JSON object/],
      ["{}", /does not name a function/],
      ['{"function": 5}', /not a string/],
      ['{"function": "nonsense"}', "'Missing rpc handler for nonsense'"],
      ['{"function": "toString"}', "'Missing rpc handler for toString'"],
      ['{"function": "sink.subscribe", "metrics": null}', '"metrics" must be a list of names, is null'],
      [
        '{"function": "sink.subscribe", "metrics": ["a", 5]}',
        '"metrics" must be a list of names, has an item that is the number 5',
      ],
      ['{"function": "sink.subscribe", "metrics": [""]}', '"metrics" has an empty name'],
      [`{"function": "sink.subscribe", "metrics": ["${"x".repeat(256)}"]}`, /more than 255 bytes/],
      ['{"function": "sink.subscribe", "dataQueue": "management"}', '"management" is not a queue for data'],
      ['{"function": "sink.subscribe", "dataQueue": "manager-rpc"}', '"manager-rpc" is not a queue for data'],
      ['{"function": "sink.subscribe", "metadata": 1}', /should be bool/],
      [
        '{"function": "source.declare_metrics", "metrics": {"ok.a": {}, "bad.*": {}}}',
        /no metric was declared: "bad\.\*"/,
      ],
      ['{"function": "source.declare_metrics", "metrics": {"ok.a": "W"}}', /"ok\.a" must be an object/],
      ['{"function": "source.declare_metrics", "metrics": "ok.a"}', /must be an object of metadata by name, or a list/],
      ['{"function": "get_metrics", "limit": -1}', /"limit" must be a whole number/],
      ['{"function": "get_metrics", "selector": "("}', /is not a regular expression/],
      [`{"function": ${"[".repeat(100_000)}`, /not JSON/],
    ]
    for (const [body, error] of faulty) {
      peer.send(body)
      expect((await peer.next()).error).toMatch(error)
    }
    peer.send("no json", { replyTo: undefined })
    peer.send('{"function": "get_metrics"}', { replyTo: undefined })
    peer.send('{"function": "get_metrics"}', { replyTo: "somewhere-data" })
    peer.send('{"function": "source.register"}', { appId: undefined })
    expect(await peer.next()).toEqual({
      error: "source.register needs the property app_id with the token of the client",
    })
    peer.send('{"function": "source.register"}', { appId: "x".repeat(250) })
    expect((await peer.next()).error).toMatch(/cannot be the token of a client/)
    peer.send('{"function": "get_metrics"}', { appId: undefined })
    expect(await peer.next()).toEqual({ metrics: [] })
    expect(await peer.channel.checkQueue("management")).toMatchObject({ messageCount: 0 })
  })

  test("sends answers to RPC queues only", async (t) => {
    const { broker } = await setUp(t)
    const peer = await rawPeer(t, broker.url)
    await peer.channel.assertQueue("victim", { exclusive: true })
    peer.send('{"function": "get_metrics"}', { replyTo: "victim" })
    peer.send("no json", { replyTo: "victim" })
    peer.send('{"function": "get_metrics"}')
    await peer.next()
    expect(await peer.channel.checkQueue("victim")).toMatchObject({ messageCount: 0 })
  })

  test("lets only administrators at configurations, by what the broker says of the user", async (t) => {
    const { broker } = await setUp(t)
    const user = await broker.createUser("somebody", "secret")
    const admin = await client(t, broker.url)
    const other = await client(t, user.url, "manager-impostor")
    await admin.rpc("config.set", { token: "source-a", config: { rate: 1 } })
    const guarded: [string, JsonObject][] = [
      ["config.list", {}],
      ["config.get", { token: "source-a" }],
      ["config.set", { token: "source-a", config: {} }],
      ["config.versions", { token: "source-a" }],
      ["config.restore", { token: "source-a", version: 1 }],
      ["config.delete", { token: "source-a" }],
      ["config.apply", { token: "source-a" }],
      ["metadata.set", { metadata: { a: {} } }],
      ["metadata.delete", { metrics: ["a"] }],
      ["metadata.restore", { metrics: ["a"] }],
      ["metadata.contested", {}],
      ["client.list", {}],
      ["client.discover", { timeout: 0.1 }],
    ]
    for (const [name, args] of guarded) {
      const { error } = await refusalOf(other.rpc(name, args))
      expect(error).toContain(`${name} needs an administrator; ${user.name} is not one`)
    }
    const peer = await rawPeer(t, user.url)
    peer.send('{"function": "config.list"}', { appId: broker.user })
    expect((await peer.next()).error).toContain("does not say which user sends it")
    expect(await other.rpc("metadata.list", {})).toEqual({ metrics: [] })
    expect((await admin.rpc("config.get", { token: "source-a" })).config).toEqual({ rate: 1 })
  })

  test("writes, versions and restores configurations, and shows both sides of a conflict", async (t) => {
    const { broker } = await setUp(t)
    const admin = await client(t, broker.url)
    const first = await admin.rpc("config.set", {
      token: "t",
      config: { rate: 1, _id: "t", _rev: "9-x" },
      revision: null,
      note: "new",
    })
    const second = await admin.rpc("config.set", { token: "t", config: { rate: 2 }, revision: first.revision })
    const stale = await refusalOf(
      admin.rpc("config.set", { token: "t", config: { rate: 3 }, revision: first.revision }),
    )
    expect(stale).toMatchObject({
      error: `configuration of t is at revision ${second.revision} by ${broker.user}, yours was based on ${first.revision}`,
      code: "conflict",
      current: { token: "t", revision: second.revision, config: { rate: 2 }, author: broker.user },
      yours: { rate: 3 },
    })
    expect(await admin.rpc("config.versions", { token: "t" })).toMatchObject({
      token: "t",
      versions: [
        { version: 2, revision: second.revision },
        { version: 1, revision: first.revision, note: "new" },
      ],
    })
    await admin.rpc("config.restore", { token: "t", version: 1 })
    expect(await admin.rpc("config.get", { token: "t" })).toMatchObject({
      config: { rate: 1 },
      note: "restored from version 1",
    })
    expect(await admin.rpc("config.get", { token: "t", version: 2 })).toMatchObject({ config: { rate: 2 } })
    expect(await admin.rpc("config.list", {})).toMatchObject({ configs: [{ token: "t", author: broker.user }] })
    expect(await admin.rpc("config.delete", { token: "t" })).toEqual({})
    expect(await refusalOf(admin.rpc("config.get", { token: "t" }))).toEqual({ error: "no configuration for t" })
    expect(await refusalOf(admin.rpc("config.delete", { token: "t" }))).toEqual({ error: "no configuration for t" })
    const bad = await refusalOf(admin.rpc("config.set", { token: "t", config: { function: "x" } }))
    expect(bad.error).toContain('cannot have the key "function"')
  })

  test("applies a configuration and tells what the client says to it", async (t) => {
    const { broker } = await setUp(t)
    const admin = await client(t, broker.url)
    const source = await client(t, broker.url, "source-a")
    let got: JsonObject = {}
    source.handle("config", (config) => {
      got = config
      if (config.rate === "x") throw new Error("rate must be a number")
      if (config.rate === 0) return new Promise<JsonObject>(() => {})
      return { seen: true }
    })
    const apply = async (config: JsonObject) => {
      await admin.rpc("config.set", { token: "source-a", config })
      return admin.rpc("config.apply", { token: "source-a", timeout: 0.5 })
    }
    expect(await apply({ rate: 1 })).toEqual({ token: "source-a", answered: true, response: { seen: true } })
    expect(got).toMatchObject({ rate: 1, _id: "source-a", _rev: expect.stringMatching(/^1-/) })
    expect(await apply({ rate: "x" })).toEqual({ token: "source-a", answered: true, refused: "rate must be a number" })
    expect(await apply({ rate: 0 })).toEqual({ token: "source-a", answered: false, reason: "no answer in 0.5 s" })
    await source.stop()
    expect(await apply({ rate: 1 })).toEqual({ token: "source-a", answered: false, reason: "not connected" })
    expect(await refusalOf(admin.rpc("config.apply", { token: "nobody" }))).toEqual({
      error: "no configuration for nobody",
    })
  })

  test("knows who is there, also after a restart of its own", async (t) => {
    const { broker, documents, manager } = await setUp(t)
    const admin = await client(t, broker.url, "client-admin")
    const source = await client(t, broker.url, "source-a")
    await refusalOf(source.rpc("source.register"))
    await documents.putConfig("source-a", {}, { author: "test" })
    const listOf = async (answer: Promise<JsonObject>) => (await answer).clients as JsonObject[]
    const seen = (await listOf(admin.rpc("client.discover", { timeout: 0.5 }) as Promise<JsonObject>)).map(
      ({ token }) => token,
    )
    expect(seen).toEqual(["client-admin", "manager", "source-a"])
    await manager.stop()
    await startManager(t, { url: broker.url, documents, administrators: [broker.user] })
    const list = await listOf(admin.rpc("client.list", {}) as Promise<JsonObject>)
    expect(list.find(({ token }) => token === "source-a")).toMatchObject({
      lastFunction: "source.register",
      firstSeen: expect.stringMatching(/^\d{4}-.*Z$/),
      discover: { alive: true },
      config: true,
    })
  })

  test("changes and pages metadata", async (t) => {
    const { broker } = await setUp(t)
    const admin = await client(t, broker.url)
    await admin.rpc("metadata.set", {
      metadata: { "a.x": { unit: "W", hidden: true }, "a.y": { unit: "W" }, "b.x": {} },
    })
    await admin.rpc("metadata.set", { metadata: { "a.x": { hidden: null, note: "n" } } })
    const { metadata } = await admin.rpc("metadata.get", { metrics: ["a.x", "zzz"] })
    expect(metadata).toEqual({
      "a.x": { unit: "W", note: "n", _id: "a.x", _rev: expect.stringMatching(/^2-/) },
      zzz: null,
    })
    expect(await admin.rpc("metadata.list", { limit: 2 })).toEqual({ metrics: ["a.x", "a.y"], next: "a.y" })
    expect(await admin.rpc("metadata.list", { limit: 2, after: "a.y" })).toEqual({ metrics: ["b.x"] })
    expect(await admin.rpc("metadata.list", { glob: "*.x" })).toEqual({ metrics: ["a.x", "b.x"] })
    expect(await admin.rpc("metadata.list", { regex: "y$", metadata: true })).toMatchObject({
      metrics: { "a.y": { unit: "W" } },
    })
    expect((await refusalOf(admin.rpc("metadata.list", { glob: "*", regex: "x" }))).error).toContain("only one of")
    expect(await admin.rpc("metadata.delete", { metrics: ["a.x", "zzz"] })).toEqual({ deleted: 1 })
    expect((await refusalOf(admin.rpc("metadata.set", { metadata: { "a.x": { _rev: "1" } } }))).error).toContain(
      'key "_rev"',
    )
  })

  test("uses a queue that is there as it is, also when many ask at once", async (t) => {
    const { broker } = await setUp(t)
    const sink = await client(t, broker.url, "sink-a")
    const subscribe = (expires: number) =>
      sink.rpc("sink.subscribe", { metrics: ["a.b"], dataQueue: "sink-a-own-data", expires })
    const answers = await Promise.all([60, 3600, 1e12].map(subscribe))
    for (const { dataQueue } of [...answers, await subscribe(0.0001)]) expect(dataQueue).toBe("sink-a-own-data")
    expect(await deliveries(await channelOf(t, broker), "sink-a-own-data", ["a.b"])).toBe(1)
  })

  test("binds wildcards, unbinds, and marks the end behind the data", async (t) => {
    const { broker } = await setUp(t)
    const sink = await client(t, broker.url, "sink-a")
    const channel = await channelOf(t, broker)
    const { dataQueue } = await sink.rpc("sink.subscribe", { metrics: ["lab.#", "x.*", "plain"] })
    expect(await deliveries(channel, dataQueue, ["lab.a.b", "lab", "x.y", "x.y.z", "plain", "other"])).toBe(4)
    await sink.rpc("sink.unsubscribe", { dataQueue, metrics: ["x.*", "never.bound"], end: false })
    expect(await deliveries(channel, dataQueue, ["lab.a", "x.y"])).toBe(5)
    await sink.rpc("sink.unsubscribe", { dataQueue, metrics: ["lab.#", "plain"] })
    const types: unknown[] = []
    for (;;) {
      const message = await channel.get(dataQueue, { noAck: true })
      if (!message) break
      types.push(message.properties.type)
    }
    expect(types).toEqual([undefined, undefined, undefined, undefined, undefined, "end"])
  })

  test("a request that the broker refuses hurts no other", async (t) => {
    const { broker } = await setUp(t)
    const sink = await client(t, broker.url, "sink-a")
    const gone = Array.from({ length: 20 }, (_, i) =>
      refusalOf(sink.rpc("sink.unsubscribe", { dataQueue: `gone-${i}`, metrics: ["a"] })),
    )
    const fine = Array.from({ length: 20 }, (_, i) =>
      sink.rpc("sink.subscribe", { metrics: [`m.${i}`], metadata: false }),
    )
    for (const [i, { error }] of (await Promise.all(gone)).entries()) {
      expect(error).toBe(`NOT_FOUND - no queue 'gone-${i}' in vhost '${broker.vhost}'`)
    }
    for (const [i, { metrics }] of (await Promise.all(fine)).entries()) expect(metrics).toEqual([`m.${i}`])
  })

  test("keeps a queue for a sink that asks for it, until the sink is done with it", async (t) => {
    const { broker } = await setUp(t)
    const sink = await client(t, broker.url, "sink-a")
    const other = await client(t, broker.url, "sink-b")
    const channel = await channelOf(t, broker)
    const { dataQueue } = await sink.rpc("sink.subscribe", { metrics: ["a.b"], keep: 300 })
    expect(dataQueue).toMatch(/^sink-a-[0-9a-f]{32}-kept-data$/)
    const { consumerTag } = await channel.consume(dataQueue, () => {})
    await channel.cancel(consumerTag)
    expect(await deliveries(channel, dataQueue, ["a.b"])).toBe(1)
    const again = await sink.rpc("sink.subscribe", { metrics: ["a.c"], keep: 300, dataQueue })
    expect(again.dataQueue).toBe(dataQueue)
    await other.rpc("sink.release", { dataQueue })
    expect(await channel.checkQueue(dataQueue)).toMatchObject({ messageCount: 1 })
    await sink.rpc("sink.release", { dataQueue })
    const { error } = await refusalOf(sink.rpc("sink.unsubscribe", { dataQueue, metrics: [] }))
    expect(error).toContain("NOT_FOUND")
  })

  test("binds a database to patterns without making metadata of them", async (t) => {
    const { broker, documents } = await setUp(t)
    await documents.putConfig("db-a", {}, { author: "test" })
    const db = await client(t, broker.url, "db-a")
    const metrics = ["lab.#", { name: "kept.as", input: "raw.a" }, "raw.b", "raw.b"]
    const answer = await db.rpc("db.subscribe", { metrics })
    expect(answer).toMatchObject({
      dataQueue: "db-a-data",
      historyQueue: "db-a-hreq",
      metrics: { "lab.#": null, "kept.as": { historic: true }, "raw.b": { historic: true } },
    })
    expect(await db.rpc("get_metrics", { historic: true })).toEqual({ metrics: ["kept.as", "raw.b"] })
    const channel = await channelOf(t, broker)
    expect(await deliveries(channel, "db-a-data", ["lab.x", "raw.a", "raw.b", "kept.as"])).toBe(3)
    expect(await deliveries(channel, "db-a-hreq", ["lab.x", "raw.a", "raw.b", "kept.as"], "metricq.history")).toBe(3)

    for (const queue of ["db-a-data", "db-a-hreq"]) await channel.purgeQueue(queue)
    await db.rpc("db.unsubscribe", { inputs: ["lab.#", "raw.b", "never.bound"], names: ["lab.#", "kept.as"] })
    expect(await deliveries(channel, "db-a-data", ["lab.x", "raw.a", "raw.b", "kept.as"])).toBe(1)
    expect(await deliveries(channel, "db-a-hreq", ["lab.x", "raw.a", "raw.b", "kept.as"], "metricq.history")).toBe(1)
    expect(await db.rpc("get_metrics", { historic: true })).toEqual({ metrics: ["raw.b"] })
  })

  test("merges declarations of many at once, and keeps what is reserved", async (t) => {
    const { broker } = await setUp(t)
    const source = await client(t, broker.url, "source-a")
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        source.rpc("source.declare_metrics", { metrics: { "a.b": { [`k${i}`]: i }, [`c.${i}`]: {} } }),
      ),
    )
    const { metrics } = await source.rpc("get_metrics", { format: "object" })
    const documents = metrics as unknown as Record<string, JsonObject>
    expect(Object.keys(documents)).toHaveLength(31)
    expect(documents["a.b"]).toMatchObject({ k0: 0, k29: 29, source: "source-a" })
    expect(documents["a.b"]?._rev).toMatch(/^30-/)
  })

  test("stops a hostile expression while others are served", async (t) => {
    const { broker } = await setUp(t)
    const source = await client(t, broker.url, "source-a")
    await source.rpc("source.declare_metrics", { metrics: [`${"a".repeat(40)}!`, "b.c"] })
    const hostile = refusalOf(source.rpc("get_metrics", { selector: "^(a+)+$" }))
    expect(await source.rpc("get_metrics", { prefix: "b" })).toEqual({ metrics: ["b.c"] })
    expect((await hostile).error).toContain("was stopped: it takes more than 200 ms")
    expect(await source.rpc("get_metrics", { selector: "c$" })).toEqual({ metrics: ["b.c"] })
  })

  test("refuses an answer that would not fit, and says how to ask", async (t) => {
    const { broker, documents } = await setUp(t)
    const big = "x".repeat(1_000_000)
    const names = Array.from({ length: 14 }, (_, i) => `big.${String(i).padStart(2, "0")}`)
    await documents.update("metadata", names, () => ({ text: big }))
    const sink = await client(t, broker.url, "sink-a")
    const refused = await refusalOf(sink.rpc("get_metrics", { format: "object" }))
    expect(refused.error).toMatch(/larger than 12 MiB; .*"limit".*"after"/)
    const page = await sink.rpc("get_metrics", { format: "object", limit: 2, after: "big.10" } as JsonObject)
    expect(Object.keys(page.metrics as JsonObject)).toEqual(["big.11", "big.12"])
    const subscribed = await refusalOf(sink.rpc("sink.subscribe", { metrics: names }))
    expect(subscribed.error).toContain('"metadata": false')
    const first = await sink.rpc("metadata.list", { metadata: true })
    const second = await sink.rpc("metadata.list", { metadata: true, after: first.next })
    expect([...Object.keys(first.metrics), ...Object.keys(second.metrics)]).toEqual(names)
  })

  test("is the only one, and leaves its place to the next with all that waits", async (t) => {
    const { broker, documents, manager } = await setUp(t)
    const second = new Manager({ url: broker.url, documents, logger: silentLogger })
    await expect(second.start()).rejects.toMatchObject({ code: "token-in-use" })
    const peer = await rawPeer(t, broker.url)
    await manager.stop()
    await manager.stop()
    await manager.stopped()
    peer.send('{"function": "get_metrics"}')
    await peer.channel.waitForConfirms()
    expect(await peer.channel.checkQueue("management")).toMatchObject({ messageCount: 1, consumerCount: 0 })
    await startManager(t, { url: broker.url, documents })
    expect(await peer.next()).toEqual({ metrics: [] })
  })

  test("answers what is under way when it stops, and cannot be started again", async (t) => {
    const broker = await startBroker(t, { kind })
    const store = await openFor(t, makeStore)
    let asked = () => {}
    let goOn = () => {}
    const underWay = new Promise<void>((resolve) => (asked = resolve))
    const held = new Promise<void>((resolve) => (goOn = resolve))
    const documents = overriding(store, {
      async config(token) {
        asked()
        await held
        return store.config(token)
      },
    })
    const manager = await startManager(t, { url: broker.url, documents })
    const peer = await rawPeer(t, broker.url)
    peer.send('{"function": "source.register"}')
    await underWay
    const stopped = manager.stop()
    goOn()
    await stopped
    expect(await peer.next()).toEqual({ error: "'Document raw was not found'" })
    expect(await peer.channel.checkQueue("management")).toMatchObject({ messageCount: 0 })
    await expect(manager.start()).rejects.toMatchObject({ code: "started-before" })
  })

  test("is back after the broker was away", { timeout: 60_000 }, async (t) => {
    const { broker, documents } = await setUp(t)
    await documents.putConfig("transformer-a", {}, { author: "test" })
    const transformer = await client(t, broker.url, "transformer-a")
    await transformer.rpc("transformer.subscribe", { metrics: ["a.b"] })
    await broker.kill()
    await broker.start()
    const { dataQueue } = await transformer.rpc(
      "transformer.subscribe",
      { metrics: ["a.c"] },
      { repeatable: true, timeout: 50 },
    )
    expect(await deliveries(await channelOf(t, broker), dataQueue, ["a.b", "a.c"])).toBe(2)
  })

  test("serves a data network in another vhost", async (t) => {
    const broker = await startBroker(t, { kind })
    const vhost = await broker.createVhost("data")
    const documents = await openFor(t, makeStore)
    const manager = await startManager(t, { url: broker.url, dataUrl: `vhost:${vhost}`, documents })
    expect(manager.dataServerAddress).toBe(`vhost:${vhost}`)
    const sink = await client(t, broker.url, "sink-a")
    const { dataQueue, dataServerAddress } = await sink.rpc("sink.subscribe", { metrics: ["a.b"] })
    expect(dataServerAddress).toBe(`vhost:${vhost}`)
    const connection = await connect(broker.url.replace(/[^/]*$/, encodeURIComponent(vhost)))
    onEnd(t, () => connection.close())
    expect(await deliveries(await connection.createConfirmChannel(), dataQueue, ["a.b"])).toBe(1)
  })

  async function channelOf(t: TestScope, broker: TestBroker): Promise<ConfirmChannel> {
    const connection = await connect(broker.url)
    onEnd(t, () => connection.close())
    return connection.createConfirmChannel()
  }
}

describeOnBrokers("the manager", (kind) => managerContract(kind, folderStore))
describe("the manager on a CouchDB", () => managerContract("embedded", couchStore))

/** Messages in the queue after one was published for each key. */
async function deliveries(
  channel: ConfirmChannel,
  queue: string,
  keys: string[],
  exchange = "metricq.data",
): Promise<number> {
  for (const key of keys) channel.publish(exchange, key, Buffer.from("x"))
  await channel.waitForConfirms()
  return (await channel.checkQueue(queue)).messageCount
}

/** A store that answers some calls otherwise. */
function overriding(store: DocumentStore, other: Partial<DocumentStore>): DocumentStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(other, name) ?? Reflect.get(target, name)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
}

function onEnd(t: TestScope, cleanup: () => unknown): void {
  if ("onTestFinished" in t) t.onTestFinished(cleanup)
  else t.after(cleanup)
}
