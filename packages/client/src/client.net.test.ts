import { once } from "node:events"
import { createServer } from "node:net"
import type { JsonObject } from "@metricq/protocol"
import { describeOnBrokers, startBroker, startNetwork } from "@metricq/testkit"
import { connect as amqpConnect } from "amqplib"
import { describe, expect, test } from "vitest"
import { Client } from "./client.js"
import { Connection } from "./connection.js"
import { silentLogger } from "./logger.js"
import type { ClientOptions } from "./options.js"
import { rpcHandler } from "./rpc-handler.js"

const logger = silentLogger

async function connected(t: { onTestFinished(end: () => unknown): void }, options: ClientOptions): Promise<Client> {
  const client = new Client({ logger, heartbeat: 1, ...options })
  t.onTestFinished(() => client.stop())
  await client.connect()
  return client
}

const failure = async (client: Client): Promise<{ code: string; message: string }> =>
  client.connect().then(
    () => ({ code: "connected", message: "" }),
    (error: { code: string; message: string }) => error,
  )

describe("nobody there", () => {
  test("a port where nobody listens", async () => {
    const error = await failure(new Client({ token: "c", url: "amqp://user:secret@127.0.0.1:1/", logger }))
    expect(error).toMatchObject({ name: "ConnectFailed", code: "broker-away" })
    expect(error.message).toMatch(/127\.0\.0\.1:1/)
    expect(JSON.stringify(error) + error.message).not.toContain("secret")
  })

  test("a server that speaks something else", async (t) => {
    const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1")
    await once(server, "listening")
    t.onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const error = await failure(new Client({ token: "c", url: `amqp://127.0.0.1:${port}/`, logger }))
    expect(error).toMatchObject({ name: "ConnectFailed", code: "not-amqp" })
  })

  test("a server that says nothing is given up in time, and its socket with it", async (t) => {
    const sockets: { destroyed: boolean }[] = []
    const server = createServer((socket) => sockets.push(socket.on("error", () => {}).resume())).listen(0, "127.0.0.1")
    await once(server, "listening")
    t.onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const connection = new Connection({ url: `amqp://127.0.0.1:${port}/`, name: "c", attemptTimeoutMs: 50 })
    await expect(connection.connect()).rejects.toMatchObject({ code: "broker-away" })
    await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true)
  })
})

describeOnBrokers("connecting", (kind) => {
  test("wrong password, wrong vhost, no manager yet: each says what it is, and keeps the password to itself", async (t) => {
    const broker = await startBroker(t, { kind })
    const wrong = await failure(new Client({ token: "c", url: broker.urlOf(broker.user, "s3cret"), logger }))
    expect(wrong).toMatchObject({ name: "ConnectFailed", code: "login-refused" })
    const good = new URL(broker.url)
    const vhost = await failure(
      new Client({ token: "c", url: broker.urlOf(broker.user, decodeURIComponent(good.password), "nix"), logger }),
    )
    expect(vhost).toMatchObject({
      name: "ConnectFailed",
      code: "vhost-refused",
      message: expect.stringContaining('"nix"'),
    })
    const early = await failure(new Client({ token: "c", url: broker.url, logger }))
    expect(early).toMatchObject({
      name: "ConnectFailed",
      code: "manager-away",
      message: expect.stringContaining("metricq manager"),
    })
    for (const { message } of [wrong, vhost, early]) expect(message).not.toContain("s3cret")
    expect(early.message).not.toContain(`:${good.password}@`)
  })

  test("the manager was here, but is away", async (t) => {
    const net = await startNetwork(t, { kind })
    const { broker } = net
    await net.stopManager()
    const client = await connected(t, { token: "c", url: broker.url })
    await expect(client.rpc("get_metrics")).rejects.toMatchObject({ name: "PeerAway", code: "manager-away" })
  })

  test("nothing can be asked before connect()", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = new Client({ token: "c", url: broker.url, logger })
    await expect(client.rpc("get_metrics")).rejects.toThrow(/call connect\(\) first/)
    await client.stop()
    await expect(client.connect()).rejects.toMatchObject({ name: "AgentStopped" })
  })

  test("a token that a running client holds is refused at once", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    await connected(t, { token: "c", url: broker.url, heartbeat: 10 })
    const error = await failure(new Client({ token: "c", url: broker.url, logger, heartbeat: 10 }))
    expect(error).toMatchObject({
      name: "ConnectFailed",
      code: "token-in-use",
      message: expect.stringMatching(/running client on /),
    })
  })

  test("a token that a dead connection holds is waited for", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const dead = new Client({ token: "c", url: broker.url, logger, heartbeat: 2 })
    await dead.connect()
    t.onTestFinished(() => dead.stop())
    broker.proxy.halfOpen("both")
    await connected(t, { token: "c", url: broker.url, heartbeat: 8 })
  })

  test("with addUuid any number of clients share a name", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const one = await connected(t, { token: "c", url: broker.url, addUuid: true })
    const two = await connected(t, { token: "c", url: broker.url, addUuid: true })
    expect(one.token).toMatch(/^c\.[0-9a-f]{32}$/)
    expect(one.token).not.toBe(two.token)
  })
})

describeOnBrokers("RPC", (kind) => {
  test("between clients, with who called, and errors as errors", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    class Lamp extends Client {
      @rpcHandler("lamp.blink")
      async blink(args: JsonObject): Promise<JsonObject> {
        return { blinked: args, nan: Number.NaN }
      }
    }
    const lamp = new Lamp({ token: "lamp", url: broker.url, logger })
    lamp.handle("lamp.who", (_args, { fromToken, userId, routingKey }) => ({ fromToken, userId, routingKey }))
    lamp.handle("lamp.break", () => {
      throw new Error("no bulb")
    })
    t.onTestFinished(() => lamp.stop())
    await lamp.connect()
    const client = await connected(t, { token: "c", url: broker.url })
    expect(await client.rpcTo("lamp", "lamp.blink", { times: 3 })).toEqual({ blinked: { times: 3 }, nan: null })
    const user = broker.user
    expect(await client.rpcTo("lamp", "lamp.who")).toEqual({ fromToken: "c", userId: user, routingKey: "lamp-rpc" })
    await expect(client.rpcTo("lamp", "lamp.break")).rejects.toMatchObject({
      name: "RPCError",
      message: expect.stringContaining("no bulb"),
    })
    await expect(client.rpcTo("lamp", "lamp.nix")).rejects.toThrow("'Missing rpc handler for lamp.nix'")
    await expect(client.rpcTo("nobody", "f")).rejects.toMatchObject({ name: "PeerAway", code: "peer-away" })
  })

  test("a timeout, a signal and stop() each end the wait", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    client.handle("sleep", () => new Promise(() => {}))
    await expect(client.rpcTo("c", "sleep", {}, { timeout: 0.05 })).rejects.toMatchObject({ name: "TimeoutError" })
    await expect(client.rpcTo("c", "sleep", {}, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: "TimeoutError",
    })
    const waiting = client.rpcTo("c", "sleep")
    await Promise.all([client.stop(), expect(waiting).rejects.toMatchObject({ name: "AgentStopped" })])
  })

  test("discover hears everybody, the manager included", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url, clientVersion: "7.1" })
    const seen = new Map<string | undefined, object>()
    for await (const { token, response } of client.discover({ timeout: 5 })) {
      seen.set(token, response)
      if (seen.size === 2) break
    }
    expect([...seen.keys()].sort()).toEqual(["c", "manager"])
    expect(seen.get("c")).toEqual({
      alive: true,
      currentTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
      startingTime: expect.stringMatching(/\+00:00$/),
      uptime: expect.any(Number),
      metricqVersion: expect.stringMatching(/^metricq-ts\/\d/),
      nodeVersion: process.versions.node,
      hostname: expect.any(String),
      version: "7.1",
    })
  })

  test("what cannot be understood is rejected once, answered if it can be, and does no harm", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    let calls = 0
    client.handle("count", () => ({ calls: ++calls }))
    const raw = await amqpConnect(broker.url)
    t.onTestFinished(() => raw.close())
    const channel = await raw.createChannel()
    const answers: string[] = []
    await channel.assertQueue("raw-rpc", { exclusive: true })
    await channel.consume("raw-rpc", (message) => answers.push(String(message?.content)), { noAck: true })
    const send = (body: string, options: object = { replyTo: "raw-rpc" }) =>
      channel.publish("", "c-rpc", Buffer.from(body), options)
    send("not json")
    send("[1, 2]")
    send('{"function": 5}')
    send('{"function": "count"}', {})
    send('{"function": "count", "x": NaN}')
    await expect.poll(() => answers.length).toBe(4)
    expect(answers.slice(0, 3).every((answer) => "error" in JSON.parse(answer))).toBe(true)
    expect(JSON.parse(answers[3]!)).toEqual({ calls: 1 })
  })

  test("an answer that is no JSON is told as an error", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    client.handle("odd", () => ({ count: 1n }) as unknown as JsonObject)
    await expect(client.rpcTo("c", "odd")).rejects.toThrow(/the answer is no JSON/)
    await expect(client.rpcTo("c", "discover")).resolves.toMatchObject({ alive: true })
  })

  test("an answer that is too long is refused with a hint", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    client.handle("everything", () => ({ text: "x".repeat(13 * 1024 * 1024) }))
    await expect(client.rpcTo("c", "everything")).rejects.toThrow(/limit and after/)
  })

  test("getMetrics: names, documents and selections", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    const metrics = { "lab.power": { unit: "W", rate: 5 }, "lab.heat": { unit: "K" }, "hall.power": {} }
    await client.rpc("source.declare_metrics", { metrics })
    expect(Object.keys(await client.getMetrics()).sort()).toEqual(["hall.power", "lab.heat", "lab.power"])
    expect((await client.getMetrics({ prefix: "lab.p" }))["lab.power"]).toMatchObject({
      unit: "W",
      rate: 5,
      source: "c",
    })
    expect(await client.getMetrics({ selector: "power$", metadata: false })).toEqual({
      "hall.power": {},
      "lab.power": {},
    })
    expect(Object.keys(await client.getMetrics({ limit: 1 }))).toHaveLength(1)
    await expect(client.getMetrics({ prefix: "a", infix: "b" })).rejects.toMatchObject({ name: "RPCError" })
  })
})

describeOnBrokers("a lost connection", (kind) => {
  test("heals by itself; what may be repeated is, for the rest the outcome is unknown", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    const held = new Promise<void>((resolve) => client.handle("hold", () => new Promise(() => resolve())))
    const unknown = client.rpcTo("c", "hold")
    const repeated = client.rpc("get_metrics", {}, { repeatable: true })
    await held
    broker.proxy.cut()
    await expect(unknown).rejects.toMatchObject({ name: "TimeoutError", code: "connection-lost" })
    expect(await repeated).toEqual({ metrics: [] })
    expect(await client.rpc("get_metrics", {}, { repeatable: true })).toEqual({ metrics: [] })
  })

  test("a connection cut while its set-up waits is made again, and nothing is left hanging", async (t) => {
    const broker = await startBroker(t, { kind })
    const connection = new Connection({ url: broker.url, name: "test", heartbeatS: 1, firstPauseMs: 10 })
    t.onTestFinished(() => connection.close())
    let setups = 0
    connection.onSetup(async () => {
      const channel = await connection.openChannel()
      if (++setups === 2) {
        broker.proxy.pause("down")
        const waiting = channel.assertQueue("", { exclusive: true })
        broker.proxy.cut()
        broker.proxy.heal()
        await waiting
      }
      if (setups === 3) {
        broker.proxy.cut()
        await new Promise(() => {})
      }
    })
    await connection.connect()
    broker.proxy.cut()
    await expect.poll(() => setups).toBe(4)
    await connection.whenOpen()
    expect(connection.isOpen).toBe(true)
  })

  test("that cannot be restored stops the client with ReconnectTimeout", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url, connectionTimeout: 0.5 })
    broker.proxy.refuse()
    broker.proxy.cut()
    await expect(client.stopped()).rejects.toMatchObject({ name: "ReconnectTimeout" })
  })

  test("a peer that falls silent is noticed by its missing heartbeats", async (t) => {
    const broker = await startBroker(t, { kind })
    let lost = 0
    const connection = new Connection({ url: broker.url, name: "test", heartbeatS: 1, onLost: () => lost++ })
    t.onTestFinished(() => connection.close())
    await connection.connect()
    broker.proxy.halfOpen("both")
    await expect.poll(() => lost, { timeout: 10_000 }).toBe(1)
    await connection.whenOpen()
  })

  test("stop() while connecting, or while the connection is lost, ends at once", async (t) => {
    const { broker } = await startNetwork(t, { kind })
    const client = await connected(t, { token: "c", url: broker.url })
    broker.proxy.refuse()
    broker.proxy.cut()
    await client.stop()
    broker.proxy.heal()
    broker.proxy.pause()
    const other = new Client({ token: "d", url: broker.url, logger })
    const connecting = other.run({ signals: [] })
    await new Promise((resolve) => setImmediate(resolve))
    await other.stop()
    await connecting
  })
})
