import { describeOnBrokers, startBroker, type TestBroker } from "@metricq/testkit"
import { type Channel, type ChannelModel, connect } from "amqplib"
import { expect, type TestContext, test } from "vitest"

describeOnBrokers("queues that go by themselves", (kind) => {
  async function open(broker: TestBroker): Promise<ChannelModel> {
    const connection = await connect(broker.url, { noDelay: true })
    connection.on("error", () => {})
    return connection
  }

  const start = (t: TestContext) => startBroker(t, { kind })

  async function refusal(connection: ChannelModel, operation: (channel: Channel) => Promise<unknown>): Promise<string> {
    const channel = await connection.createChannel()
    channel.on("error", () => {})
    try {
      await operation(channel)
      await channel.close()
      return "ok"
    } catch (error) {
      return /(\w+ - .*)"$/.exec((error as Error).message)?.[1] ?? String(error)
    }
  }

  /** Asks until the queue is gone. */
  async function gone(connection: ChannelModel, queue: string): Promise<void> {
    while ((await refusal(connection, (channel) => channel.checkQueue(queue))) === "ok") {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  test("an exclusive queue is its connection's alone, and another's as soon as that is gone", async (t) => {
    const broker = await start(t)
    const [owner, other] = [await open(broker), await open(broker)]
    const mine = await owner.createChannel()
    await mine.assertQueue("mine", { exclusive: true })
    const locked =
      `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine' in vhost '${broker.vhost}'. It could be originally ` +
      "declared on another connection or the exclusive property value does not match that of the original declaration."
    const operations: ((channel: Channel) => Promise<unknown>)[] = [
      (channel) => channel.assertQueue("mine", { exclusive: true }),
      (channel) => channel.assertQueue("mine", { exclusive: false }),
      (channel) => channel.checkQueue("mine"),
      (channel) => channel.consume("mine", () => {}),
      (channel) => channel.get("mine"),
      (channel) => channel.bindQueue("mine", "amq.topic", "k"),
      (channel) => channel.purgeQueue("mine"),
      (channel) => channel.deleteQueue("mine"),
    ]
    for (const operation of operations) expect(await refusal(other, operation)).toBe(locked)
    expect(await refusal(owner, (channel) => channel.assertQueue("mine", { exclusive: false }))).toBe(locked)
    const sender = await other.createConfirmChannel()
    sender.sendToQueue("mine", Buffer.from("anyone may send to it"))
    await sender.waitForConfirms()
    expect(await mine.get("mine")).toMatchObject({ content: Buffer.from("anyone may send to it") })
    await owner.close()
    await gone(other, "mine")
    expect(await refusal(other, (channel) => channel.assertQueue("mine", { exclusive: true }))).toBe("ok")
  })

  test("an exclusive queue goes when its connection is cut off", async (t) => {
    const broker = await start(t)
    const owner = await open(broker)
    await (await owner.createChannel()).assertQueue("mine", { exclusive: true })
    broker.proxy.cut()
    await gone(await open(broker), "mine")
  })

  test("an auto-delete queue goes with its last consumer, not before it had one", async (t) => {
    const broker = await start(t)
    const connection = await open(broker)
    const channel = await connection.createChannel()
    await channel.assertQueue("auto", { autoDelete: true, durable: false })
    const one = await channel.consume("auto", () => {})
    const two = await channel.consume("auto", () => {})
    await channel.cancel(one.consumerTag)
    expect(await channel.checkQueue("auto")).toMatchObject({ consumerCount: 1 })
    await channel.cancel(two.consumerTag)
    await gone(connection, "auto")
  })

  test("an auto-delete exchange goes with its last binding", async (t) => {
    const connection = await open(await start(t))
    const channel = await connection.createChannel()
    await channel.assertExchange("auto", "topic", { autoDelete: true, durable: false })
    await channel.checkExchange("auto")
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await channel.bindQueue(queue, "auto", "a")
    await channel.bindQueue(queue, "auto", "b")
    await channel.unbindQueue(queue, "auto", "a")
    await channel.checkExchange("auto")
    await channel.deleteQueue(queue)
    expect(await refusal(connection, (other) => other.checkExchange("auto"))).toMatch(/^NOT_FOUND - no exchange 'auto'/)
  })

  test("x-expires removes a queue that nobody uses; declaring it again keeps it", async (t) => {
    const connection = await open(await start(t))
    const channel = await connection.createChannel()
    const options = { durable: false, arguments: { "x-expires": 400 } }
    await channel.assertQueue("idle", options)
    await channel.assertQueue("busy", { durable: false, arguments: { "x-expires": 400 } })
    await channel.consume("busy", () => {})
    const declared = Date.now()
    const kept = setInterval(() => channel.assertQueue("idle", options), 50)
    await new Promise((resolve) => setTimeout(resolve, 700))
    clearInterval(kept)
    expect(await refusal(connection, (other) => other.checkQueue("idle"))).toBe("ok")
    // Looking at it is use as well: wait without looking.
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(await refusal(connection, (other) => other.checkQueue("idle"))).toMatch(/^NOT_FOUND/)
    expect(Date.now() - declared).toBeGreaterThan(1000)
    expect(await refusal(connection, (other) => other.checkQueue("busy"))).toBe("ok")
  })

  test("the consumers of a deleted queue are told", async (t) => {
    const broker = await start(t)
    const [owner, other] = [await open(broker), await open(broker)]
    const channel = await owner.createChannel()
    await channel.assertQueue("shared")
    const told = new Promise((resolve) => {
      channel.consume("shared", (message) => message === null && resolve("told"))
    })
    const deleter = await other.createChannel()
    while ((await deleter.checkQueue("shared")).consumerCount === 0);
    await deleter.deleteQueue("shared")
    expect(await told).toBe("told")
  })
})
