import { type ChannelModel, connect } from "amqplib"
import { expect, test } from "vitest"
import { brokerKinds } from "./broker-kinds.js"
import { describeOnBrokers } from "./describe-on-brokers.js"
import { startBroker } from "./start-broker.js"

/** Resolves with the text of what ended a connection. */
function endOf(connection: ChannelModel): Promise<string> {
  return new Promise((resolve) => {
    connection.on("error", (error) => resolve(String(error)))
    connection.on("close", (error) => resolve(String(error)))
  })
}

describeOnBrokers("a test's broker", (kind) => {
  test("tells its clients when it stops, turns others away, and takes them again at the same address", async (t) => {
    const broker = await startBroker(t, { kind })
    const end = endOf(await connect(broker.url))
    const { url } = broker
    await broker.stop()
    expect(await end).toContain("CONNECTION_FORCED")
    await expect(connect(url)).rejects.toThrow()
    await broker.start()
    const again = await connect(url)
    await again.close()
  })

  test("resets its clients when it is killed", async (t) => {
    const broker = await startBroker(t, { kind })
    const end = endOf(await connect(broker.url))
    await broker.kill()
    expect(await end).not.toContain("CONNECTION_FORCED")
    await expect(connect(broker.url)).rejects.toThrow()
  })

  test.for(["stop", "kill"] as const)(
    "keeps what is durable and forgets what is transient over a %s",
    async (how, t) => {
      const broker = await startBroker(t, { kind })
      const before = await connect(broker.url)
      before.on("error", () => {})
      const channel = await before.createChannel()
      await channel.assertExchange("measured", "topic", { durable: true })
      await channel.assertQueue("kept", { durable: true })
      await channel.bindQueue("kept", "measured", "#")
      await channel.assertQueue("forgotten", { durable: false })
      await broker[how]()
      await broker.start()
      const after = await connect(broker.url)
      const publisher = await after.createConfirmChannel()
      publisher.publish("measured", "a.b", Buffer.from("after"))
      await publisher.waitForConfirms()
      const got = await publisher.get("kept", { noAck: true })
      expect(got ? got.content.toString() : got).toBe("after")
      publisher.on("error", () => {})
      await expect(publisher.checkQueue("forgotten")).rejects.toThrow("NOT_FOUND")
      await after.close()
    },
  )

  test("has users and vhosts of its own", async (t) => {
    const broker = await startBroker(t, { kind })
    const vhost = await broker.createVhost("data")
    const user = await broker.createUser("observer", "p&ss/w:rd@")
    const connection = await connect(broker.urlOf(user.name, user.password, vhost))
    const channel = await connection.createChannel()
    await channel.assertQueue("q", { durable: false, autoDelete: true })
    await connection.close()
    await expect(connect(broker.urlOf(user.name, "wrong"))).rejects.toThrow()
    const other = await startBroker(t, { kind })
    await expect(connect(other.urlOf(user.name, user.password))).rejects.toThrow()
  })

  test("stands behind a proxy that can cut its connections", async (t) => {
    const broker = await startBroker(t, { kind })
    const end = endOf(await connect(broker.url))
    broker.proxy.cut()
    await end
    const again = await connect(broker.url)
    await again.close()
  })
})

test("the embedded broker in a process of its own survives kill -9", async (t) => {
  t.skip(!brokerKinds().includes("embedded"), "METRICQ_TEST_BROKERS leaves the embedded broker out")
  const broker = await startBroker(t, { kind: "embedded", ownProcess: true })
  const user = await broker.createUser("observer", "secret")
  const vhost = await broker.createVhost("data")
  const before = await connect(broker.urlOf(user.name, user.password, vhost))
  const end = endOf(before)
  const channel = await before.createChannel()
  await channel.assertQueue("kept", { durable: true })
  await broker.kill()
  await end
  await broker.start()
  const after = await connect(broker.urlOf(user.name, user.password, vhost))
  expect(await (await after.createChannel()).checkQueue("kept")).toMatchObject({ queue: "kept" })
  const told = endOf(after)
  await broker.stop()
  expect(await told).toContain("CONNECTION_FORCED")
})
