import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startBroker } from "@metricq/testkit"
import { type ChannelModel, connect } from "amqplib"
import { describe, expect, type TestContext, test } from "vitest"
import { Broker } from "./broker.js"
import type { BrokerOptions } from "./options.js"
import { RawClient } from "./testing/raw-client.js"

async function start(t: TestContext, options: BrokerOptions = {}): Promise<Broker> {
  const broker = new Broker({ port: 0, ...options })
  await broker.start()
  t.onTestFinished(() => broker.stop())
  return broker
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "broker-"))
  t.onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Connects with amqplib; `ended` resolves to the reason why the connection ended. */
async function open(url: string): Promise<{ connection: ChannelModel; ended: Promise<string> }> {
  const connection = await connect(url, { noDelay: true })
  const ended = new Promise<string>((resolve) => {
    connection.on("error", ({ message }) => resolve(message))
    connection.on("close", (error) => resolve(error?.message ?? "closed"))
  })
  return { connection, ended }
}

const login = (broker: Broker, name: string, password: string, vhost = "") =>
  `amqp://${name}:${password}@127.0.0.1:${broker.port}/${vhost}`

describe("the life of a broker", () => {
  test("it listens on a free port until it is stopped, and can be started again", async (t) => {
    const broker = await start(t)
    expect(broker.port).toBeGreaterThan(0)
    expect(broker.url).toBe(`amqp://127.0.0.1:${broker.port}/`)
    const { connection } = await open(broker.url)
    await (await connection.createChannel()).assertQueue("q")
    expect(broker.stats()).toMatchObject({ openConnections: 1, channels: 1, queues: 1, connections: 1 })
    await broker.stop()
    await broker.stop()
    await expect(connect(broker.url)).rejects.toThrow(/ECONNREFUSED/)
    await broker.start()
    expect(broker.stats()).toMatchObject({ openConnections: 0, queues: 0 })
    await (await connect(broker.url)).close()
  })

  test("stopping tells every client, and does not wait for those that do not answer", async (t) => {
    const broker = await start(t)
    const { ended } = await open(broker.url)
    const silent = await RawClient.open(broker.url)
    silent.socket.pause()
    const began = performance.now()
    await broker.stop()
    expect(performance.now() - began).toBeLessThan(3000)
    expect(await ended).toContain(
      `320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"`,
    )
  })

  test("a port that is taken is named", async (t) => {
    const other = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => other.once("listening", resolve))
    t.onTestFinished(() => void other.close())
    const { port } = other.address() as { port: number }
    const broker = new Broker({ port })
    await expect(broker.start()).rejects.toMatchObject({
      code: "port-taken",
      message: expect.stringContaining(`${port}`),
    })
    await expect(new Broker({ host: "192.0.2.1", port: 0 }).start()).rejects.toMatchObject({
      code: "default-passwords",
    })
    const elsewhere = new Broker({ host: "192.0.2.1", port: 0, users: { ann: "secret" } })
    await expect(elsewhere.start()).rejects.toMatchObject({ code: "address" })
  })

  test("beyond loopback it starts only without default passwords", async (t) => {
    const trivial: BrokerOptions["users"][] = [
      undefined,
      { guest: "guest" },
      { ann: "ann" },
      { ann: "" },
      { ann: "guest", bob: "secret" },
    ]
    for (const users of trivial) {
      const broker = new Broker({ host: "0.0.0.0", port: 0, users })
      await expect(broker.start()).rejects.toMatchObject({ code: "default-passwords" })
    }
    const broker = await start(t, { host: "0.0.0.0", users: { ann: "secret" } })
    await (await connect(login(broker, "ann", "secret"))).close()
    expect(() => broker.addUser("guest", "guest")).toThrow(/default password, which is not allowed on 0\.0\.0\.0/)
    await expect(connect(login(broker, "guest", "guest"))).rejects.toThrow(/403/)
  })

  test("options out of range are named", () => {
    expect(() => new Broker({ port: 70_000 })).toThrow("port must be a whole number from 0 to 65535, not 70000")
    expect(() => new Broker({ limits: { frameMax: 100 } })).toThrow(/limits\.frameMax must be .* from 4096/)
    expect(() => new Broker({ limits: { maxQueues: Number.NaN } })).toThrow(/limits\.maxQueues/)
  })
})

describe("users and vhosts", () => {
  test("a user opens the vhosts that it may open", async (t) => {
    const broker = await start(t, {
      vhosts: ["/", "lab"],
      users: { ann: { password: "a", vhosts: ["lab"] }, bob: "b" },
    })
    await (await connect(login(broker, "ann", "a", "lab"))).close()
    await (await connect(login(broker, "bob", "b"))).close()
    const refusal = async (url: string) => {
      const client = await RawClient.connect(url)
      await client.login(url)
      return client.closeReason()
    }
    expect(await refusal(login(broker, "ann", "a"))).toBe(
      "connection.close 530 NOT_ALLOWED - access to vhost '/' refused for user 'ann' 10,40",
    )
    expect(await refusal(login(broker, "bob", "b", "nix"))).toBe(
      "connection.close 530 NOT_ALLOWED - vhost nix not found 10,40",
    )
  })

  test("what is in one vhost is not in another", async (t) => {
    const broker = await start(t, { vhosts: ["/", "lab"] })
    const [one, two] = [await open(broker.url), await open(`${broker.url}lab`)]
    await (await one.connection.createChannel()).assertQueue("q")
    const channel = await two.connection.createChannel()
    channel.on("error", () => {})
    await expect(channel.checkQueue("q")).rejects.toThrow("NOT_FOUND - no queue 'q' in vhost 'lab'")
  })

  test("a removed user is logged out, a deleted vhost closed; others stay", async (t) => {
    const broker = await start(t)
    broker.addUser("ann", "secret")
    broker.addVhost("lab")
    const ann = await open(login(broker, "ann", "secret"))
    const lab = await open(`${broker.url}lab`)
    const guest = await open(broker.url)
    expect(broker.removeUser("ann")).toBe(true)
    expect(await ann.ended).toContain("CONNECTION_FORCED - user 'ann' was deleted")
    await expect(connect(login(broker, "ann", "secret"))).rejects.toThrow(/ACCESS_REFUSED/)
    expect(broker.deleteVhost("lab")).toBe(true)
    expect(await lab.ended).toContain("CONNECTION_FORCED - vhost 'lab' was deleted")
    await (await guest.connection.createChannel()).assertQueue("q")
    expect(broker.removeUser("ann")).toBe(false)
    expect(broker.deleteVhost("lab")).toBe(false)
  })

  test("AMQPLAIN works like PLAIN; a wrong password is refused in both, with a reason if the client takes one", async (t) => {
    const broker = await start(t)
    const amqplain = (password: string) => {
      const entry = (name: string, value: string) =>
        Buffer.concat([
          Buffer.from([name.length]),
          Buffer.from(`${name}S\0\0\0`),
          Buffer.from([value.length]),
          Buffer.from(value),
        ])
      return Buffer.concat([entry("LOGIN", "guest"), entry("PASSWORD", password)])
    }
    const attempt = async (options: Parameters<RawClient["startOk"]>[1]) => {
      const client = await RawClient.connect(broker.url)
      await client.startOk(broker.url, options)
      const answer = await client.next()
      return answer === undefined ? "closed" : `${answer.name} ${answer.args.replyText ?? ""}`
    }
    const refused = (mechanism: string) =>
      `connection.close ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`
    expect(await attempt({})).toMatch(/^connection.tune/)
    expect(await attempt({ mechanism: "AMQPLAIN", response: amqplain("guest") })).toMatch(/^connection.tune/)
    expect(await attempt({ password: "wrong" })).toBe(refused("PLAIN"))
    expect(await attempt({ user: "nobody", password: "" })).toBe(refused("PLAIN"))
    expect(await attempt({ mechanism: "AMQPLAIN", response: amqplain("wrong") })).toBe(refused("AMQPLAIN"))
    expect(await attempt({ mechanism: "AMQPLAIN", response: Buffer.from("\x05LOGIN") })).toBe(refused("AMQPLAIN"))
    expect(await attempt({ response: Buffer.from("no zero") })).toBe(refused("PLAIN"))
    expect(await attempt({ mechanism: "EXTERNAL" })).toContain("unknown authentication mechanism 'EXTERNAL'")
    expect(await attempt({ password: "wrong", clientProperties: new Map() })).toBe("closed")
  })
})

describe("what survives a restart", () => {
  test("durable exchanges, queues and bindings, users and vhosts; no messages, nothing transient", async (t) => {
    const dataDir = temporaryFolder(t)
    const first = await start(t, { dataDir })
    first.addUser("ann", "secret", { vhosts: ["lab"] })
    first.addVhost("lab")
    const before = await (await open(login(first, "ann", "secret", "lab"))).connection.createConfirmChannel()
    await before.assertExchange("data", "topic", { durable: true })
    await before.assertExchange("passing", "topic", { durable: false })
    await before.assertQueue("kept", { durable: true, arguments: { "x-max-length": 5 } })
    await before.assertQueue("passing", { durable: false })
    await before.assertQueue("mine", { durable: true, exclusive: true })
    await before.bindQueue("kept", "data", "a.#")
    await before.bindQueue("kept", "passing", "a.#")
    before.publish("data", "a.b", Buffer.from("lost"), { persistent: true })
    await before.waitForConfirms()
    await first.stop()

    const second = await start(t, { dataDir })
    const { connection } = await open(login(second, "ann", "secret", "lab"))
    const after = await connection.createConfirmChannel()
    await after.assertExchange("data", "topic", { durable: true })
    expect(await after.assertQueue("kept", { durable: true, arguments: { "x-max-length": 5 } })).toMatchObject({
      messageCount: 0,
    })
    after.publish("data", "a.b", Buffer.from("new"))
    await after.waitForConfirms()
    expect(await after.get("kept")).toMatchObject({ content: Buffer.from("new") })
    for (const name of ["passing", "mine"]) {
      const channel = await connection.createChannel()
      channel.on("error", () => {})
      await expect(channel.checkQueue(name)).rejects.toThrow(/NOT_FOUND/)
    }
  })

  test("a password changed while it ran goes before the one in the options", async (t) => {
    const dataDir = temporaryFolder(t)
    const first = await start(t, { dataDir })
    first.addUser("guest", "better")
    await first.stop()
    const second = await start(t, { dataDir })
    await (await connect(login(second, "guest", "better"))).close()
    await expect(connect(second.url)).rejects.toThrow(/ACCESS_REFUSED/)
    expect(readFileSync(join(dataDir, "definitions.jsonl"), "utf8")).not.toContain("better")
  })

  test("all that was answered before the process was killed", async (t) => {
    const broker = await startBroker(t, { kind: "embedded", ownProcess: true })
    const { connection } = await open(broker.url)
    const channel = await connection.createChannel()
    for (let index = 0; index < 200; index++) {
      await channel.assertQueue(`q${index}`, { durable: true })
      await channel.bindQueue(`q${index}`, "amq.topic", `k${index}`)
    }
    await broker.kill()
    await broker.start()
    const again = await (await open(broker.url)).connection.createChannel()
    for (let index = 0; index < 200; index++) {
      await again.checkQueue(`q${index}`)
      again.publish("amq.topic", `k${index}`, Buffer.from("x"))
    }
    expect((await again.checkQueue("q199")).messageCount).toBe(1)
  })

  test("a folder serves one broker at a time, and what is in it must be whole", async (t) => {
    const dataDir = temporaryFolder(t)
    const first = await start(t, { dataDir })
    const second = new Broker({ port: 0, dataDir })
    await expect(second.start()).rejects.toMatchObject({ code: "data-dir-locked" })
    await first.stop()
    await second.start()
    await second.stop()
    const file = join(dataDir, "definitions.jsonl")
    execFileSync("truncate", ["-s", "10", file])
    execFileSync("sh", ["-c", 'echo >> "$1"', "sh", file])
    await expect(new Broker({ port: 0, dataDir }).start()).rejects.toMatchObject({ code: "definitions-corrupt" })
    rmSync(file)
    await second.start()
    await second.stop()
  })
})

test("TLS: clients that trust the certificate come in, plain ones do not", async (t) => {
  const folder = temporaryFolder(t)
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
  try {
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    execFileSync("openssl", [...request, "-keyout", key, "-out", cert, ...names], { stdio: "ignore" })
  } catch {
    t.skip("openssl is not installed")
  }
  const broker = await start(t, {
    tls: { key: readFileSync(key), cert: readFileSync(cert) },
    limits: { handshakeTimeoutMs: 300 },
  })
  expect(broker.url).toBe(`amqps://127.0.0.1:${broker.port}/`)
  const connection = await connect(broker.url, { ca: [readFileSync(cert)] })
  const channel = await connection.createConfirmChannel()
  const { queue } = await channel.assertQueue("", { exclusive: true })
  channel.sendToQueue(queue, Buffer.alloc(1_000_000, 7))
  await channel.waitForConfirms()
  const message = await channel.get(queue)
  if (message === false) throw new Error("the queue is empty")
  expect(message.content.equals(Buffer.alloc(1_000_000, 7))).toBe(true)
  await expect(connect(broker.url)).rejects.toThrow(/self-signed/)
  await expect(connect(login(broker, "guest", "guest"))).rejects.toThrow()
  await connection.close()
})
