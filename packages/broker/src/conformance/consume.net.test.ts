import { describeOnBrokers, startBroker, type TestBroker } from "@metricq/testkit"
import { type Channel, type ChannelModel, type ConsumeMessage, connect, type Options } from "amqplib"
import { expect, type TestContext, test } from "vitest"

/** An error that the broker has sent. */
type ServerError = Error & { classId?: number; methodId?: number }

/** What a consumer has got, and a way to wait for more. */
class Inbox {
  readonly messages: ConsumeMessage[] = []
  #wake: () => void = () => {}

  get texts(): string[] {
    return this.messages.map(({ content, fields }) => content.toString() + (fields.redelivered ? "*" : ""))
  }

  take(message: ConsumeMessage | null): void {
    if (message !== null) this.messages.push(message)
    this.#wake()
  }

  async until(count: number): Promise<void> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

describeOnBrokers("consuming", (kind) => {
  async function open(t: TestContext): Promise<{ broker: TestBroker; connection: ChannelModel }> {
    const broker = await startBroker(t, { kind })
    return { broker, connection: await another(broker) }
  }

  async function another(broker: TestBroker): Promise<ChannelModel> {
    const connection = await connect(broker.url, { noDelay: true })
    connection.on("error", () => {})
    return connection
  }

  /** Puts one message for each letter into a queue. */
  async function fill(connection: ChannelModel, queue: string, letters: string): Promise<void> {
    const channel = await connection.createConfirmChannel()
    for (const letter of letters) channel.sendToQueue(queue, Buffer.from(letter))
    await channel.waitForConfirms()
    await channel.close()
  }

  async function consume(channel: Channel, queue: string, options?: Options.Consume): Promise<Inbox & { tag: string }> {
    const inbox = new Inbox()
    const { consumerTag } = await channel.consume(queue, (message) => inbox.take(message), options)
    return Object.assign(inbox, { tag: consumerTag })
  }

  /** Returns once everything that the broker sent before is here. */
  async function settled(channel: Channel, queue: string): Promise<{ messageCount: number; consumerCount: number }> {
    await channel.checkQueue(queue)
    return channel.checkQueue(queue)
  }

  test("a consumer holds no more than its prefetch, and gets the next for each one acknowledged", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await channel.prefetch(3)
    const inbox = await consume(channel, queue)
    await fill(connection, queue, "abcdefg")
    await inbox.until(3)
    expect((await settled(channel, queue)).messageCount).toBe(4)
    expect(inbox.texts).toEqual(["a", "b", "c"])
    channel.ack(inbox.messages[1] as ConsumeMessage)
    await inbox.until(4)
    channel.ack(inbox.messages[2] as ConsumeMessage, true)
    await inbox.until(6)
    expect((await settled(channel, queue)).messageCount).toBe(1)
    expect(inbox.texts.join("")).toBe("abcdef")
  })

  test("each consumer has the prefetch that was set before it; a global one is shared by the channel", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await channel.prefetch(1)
    const one = await consume(channel, queue)
    await channel.prefetch(2)
    const two = await consume(channel, queue)
    await fill(connection, queue, "abcdef")
    await Promise.all([one.until(1), two.until(2)])
    expect((await settled(channel, queue)).messageCount).toBe(3)

    const shared = await connection.createChannel()
    const other = (await shared.assertQueue("", { exclusive: true })).queue
    await shared.prefetch(3, true)
    const inboxes = [await consume(shared, other), await consume(shared, other)]
    await fill(connection, other, "abcdef")
    while (inboxes.flatMap(({ messages }) => messages).length < 3) await settled(shared, other)
    expect((await settled(shared, other)).messageCount).toBe(3)
    expect(inboxes.flatMap(({ messages }) => messages)).toHaveLength(3)
    shared.ackAll()
    while (inboxes.flatMap(({ messages }) => messages).length < 6) await settled(shared, other)
  })

  test("consumers are served in turn", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    const inboxes = [await consume(channel, queue), await consume(channel, queue)]
    await fill(connection, queue, "abcdef")
    await Promise.all(inboxes.map((inbox) => inbox.until(3)))
    expect(inboxes.map(({ texts }) => texts.join("")).sort()).toEqual(["ace", "bdf"])
  })

  test("without acknowledgement a message is gone when it is sent", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    await channel.assertQueue("q", { durable: false })
    const inbox = await consume(channel, "q", { noAck: true })
    await fill(connection, "q", "abc")
    await inbox.until(3)
    await channel.close()
    const again = await connection.createChannel()
    expect(await again.checkQueue("q")).toMatchObject({ messageCount: 0 })
  })

  test("what a channel or a connection leaves unacknowledged comes again, marked, in its place", async (t) => {
    const { broker, connection } = await open(t)
    const channel = await connection.createChannel()
    await channel.assertQueue("q", { durable: false })
    await fill(connection, "q", "abcd")
    await channel.prefetch(2)
    const first = await consume(channel, "q")
    await first.until(2)
    await channel.close()
    const dying = await another(broker)
    const second = await consume(await dying.createChannel(), "q")
    await second.until(4)
    expect(second.texts).toEqual(["a*", "b*", "c", "d"])
    broker.proxy.cut()
    const third = await consume(await (await another(broker)).createChannel(), "q")
    await third.until(4)
    expect(third.texts).toEqual(["a*", "b*", "c*", "d*"])
  })

  test("nack and reject requeue or drop, one or all up to a tag", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await fill(connection, queue, "abcdef")
    const get = async () => {
      const message = await channel.get(queue)
      if (message === false) throw new Error("empty")
      return message
    }
    const [a, b, c, d] = [await get(), await get(), await get(), await get()]
    channel.reject(b, false)
    channel.nack(d, false, false)
    channel.nack(c, true, true)
    const next = [await get(), await get(), await get(), await get()]
    expect(next.map(({ content, fields }) => content.toString() + (fields.redelivered ? "*" : ""))).toEqual([
      "a*",
      "c*",
      "e",
      "f",
    ])
    expect(next[3]?.fields.messageCount).toBe(0)
    expect(await channel.get(queue)).toBe(false)
    expect(a.fields.deliveryTag).toBe(1)
    expect(next[0]?.fields.deliveryTag).toBe(5)
  })

  test("recover brings everything back that is out", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await fill(connection, queue, "ab")
    const inbox = await consume(channel, queue)
    await inbox.until(2)
    await channel.recover()
    await inbox.until(4)
    expect(inbox.texts).toEqual(["a", "b", "a*", "b*"])
  })

  test("a tag that is not out closes the channel", async (t) => {
    const { connection } = await open(t)
    const attempts: [string, (channel: Channel) => void][] = [
      ["60,80", (channel) => channel.ack({ fields: { deliveryTag: 5 } } as ConsumeMessage)],
      ["60,80", (channel) => channel.ack({ fields: { deliveryTag: 5 } } as ConsumeMessage, true)],
      ["60,120", (channel) => channel.nack({ fields: { deliveryTag: 5 } } as ConsumeMessage)],
      ["60,90", (channel) => channel.reject({ fields: { deliveryTag: 5 } } as ConsumeMessage)],
    ]
    for (const [method, attempt] of attempts) {
      const channel = await connection.createChannel()
      const error = new Promise((resolve) => {
        channel.on("error", ({ message, classId, methodId }: ServerError) => {
          resolve(`${/with message "(.*)"$/.exec(message)?.[1]} (${classId},${methodId})`)
        })
      })
      attempt(channel)
      expect(await error).toBe(`PRECONDITION_FAILED - unknown delivery tag 5 (${method})`)
    }
    const channel = await connection.createChannel()
    channel.ackAll()
    await channel.close()
  })

  test("an exclusive consumer is alone", async (t) => {
    const { broker, connection } = await open(t)
    const channel = await connection.createChannel()
    await channel.assertQueue("q", { durable: false })
    const refused = new RegExp(`ACCESS_REFUSED - queue 'q' in vhost '${broker.vhost}' in exclusive use`)
    const { tag } = await consume(channel, "q", { exclusive: true })
    const second = await connection.createChannel()
    second.on("error", () => {})
    await expect(second.consume("q", () => {})).rejects.toThrow(refused)
    await channel.cancel(tag)
    await consume(channel, "q")
    const third = await connection.createChannel()
    third.on("error", () => {})
    await expect(third.consume("q", () => {}, { exclusive: true })).rejects.toThrow(refused)
  })

  test("a consumer tag used twice on a channel closes the connection", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    channel.on("error", () => {})
    const { queue } = await channel.assertQueue("", { exclusive: true })
    await consume(channel, queue, { consumerTag: "mine" })
    const error = new Promise((resolve) => connection.on("error", ({ message }) => resolve(message)))
    channel.consume(queue, () => {}, { consumerTag: "mine" }).catch(() => {})
    expect(await error).toContain("NOT_ALLOWED - attempt to reuse consumer tag 'mine'")
  })

  test("a cancelled consumer gets nothing more and keeps what it has", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    const inbox = await consume(channel, queue)
    await fill(connection, queue, "ab")
    await inbox.until(2)
    await channel.cancel(inbox.tag)
    await fill(connection, queue, "c")
    expect(await settled(channel, queue)).toEqual({ queue, messageCount: 1, consumerCount: 0 })
    channel.ack(inbox.messages[0] as ConsumeMessage)
    channel.nack(inbox.messages[1] as ConsumeMessage)
    expect(await settled(channel, queue)).toMatchObject({ messageCount: 2 })
    expect(inbox.texts).toEqual(["a", "b"])
  })

  test("no-local has no effect", async (t) => {
    const { connection } = await open(t)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    const inbox = await consume(channel, queue, { noLocal: true } as Options.Consume)
    channel.sendToQueue(queue, Buffer.from("own"))
    await inbox.until(1)
    expect(inbox.texts).toEqual(["own"])
  })
})
