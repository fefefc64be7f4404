import { describeOnBrokers, startBroker, type TestBroker } from "@metricq/testkit"
import { type Channel, type ChannelModel, type ConfirmChannel, connect, type Message, type Options } from "amqplib"
import { expect, type TestContext, test } from "vitest"

/** An error that the broker has sent. */
type ServerError = Error & { classId?: number; methodId?: number }

describeOnBrokers("publishing", (kind) => {
  async function open(
    t: TestContext,
  ): Promise<{ broker: TestBroker; connection: ChannelModel; channel: ConfirmChannel }> {
    const broker = await startBroker(t, { kind })
    const connection = await connect(broker.url, { noDelay: true })
    connection.on("error", () => {})
    return { broker, connection, channel: await connection.createConfirmChannel() }
  }

  /** Takes everything that waits in a queue. */
  async function drain(channel: Channel, queue: string): Promise<Message[]> {
    const messages: Message[] = []
    for (;;) {
      const message = await channel.get(queue, { noAck: true })
      if (message === false) return messages
      messages.push(message)
    }
  }

  async function texts(channel: Channel, queue: string): Promise<string[]> {
    return (await drain(channel, queue)).map(({ content }) => content.toString())
  }

  async function queueFor(channel: Channel, exchange: string, ...keys: string[]): Promise<string> {
    const { queue } = await channel.assertQueue("", { exclusive: true })
    for (const key of keys) await channel.bindQueue(queue, exchange, key)
    return queue
  }

  /** Publishes to a key and says how the broker confirmed it. */
  function confirm(
    channel: ConfirmChannel,
    exchange: string,
    key: string,
    options?: Options.Publish,
    body = key,
  ): Promise<string> {
    return new Promise((resolve) => {
      channel.publish(exchange, key, Buffer.from(body), options, (error) => resolve(error === null ? "ack" : "nack"))
    })
  }

  async function channelError(connection: ChannelModel, publish: (channel: Channel) => void): Promise<string> {
    const channel = await connection.createChannel()
    return new Promise((resolve) => {
      channel.on("error", ({ message, classId, methodId }: ServerError) => {
        resolve(`${/with message "(.*)"$/.exec(message)?.[1]} (${classId},${methodId})`)
      })
      publish(channel)
    })
  }

  test("a direct exchange routes by the exact key, the default exchange to the queue of that name", async (t) => {
    const { channel } = await open(t)
    const one = await queueFor(channel, "amq.direct", "a", "b")
    const two = await queueFor(channel, "amq.direct", "b")
    for (const key of ["a", "b", "A", "", "a.b"]) await confirm(channel, "amq.direct", key)
    await confirm(channel, "", two, {}, "by name")
    expect(await texts(channel, one)).toEqual(["a", "b"])
    expect(await texts(channel, two)).toEqual(["b", "by name"])
  })

  test("a fanout exchange routes everything, once to each queue", async (t) => {
    const { channel } = await open(t)
    const one = await queueFor(channel, "amq.fanout", "", "x")
    const two = await queueFor(channel, "amq.fanout", "y")
    await confirm(channel, "amq.fanout", "any")
    expect(await texts(channel, one)).toEqual(["any"])
    expect(await texts(channel, two)).toEqual(["any"])
  })

  test("a topic exchange routes by patterns, once to each queue", async (t) => {
    const { channel } = await open(t)
    const patterns = ["a.b", "a.*", "a.#", "#", "*", "#.b", "*.#", "a.*.#", "#.#", "", "*.*", "a..b", "#.a.#"]
    const keys = ["a.b", "a", "", "b", "a.b.c", "a.", "a..b", ".", "x.a.y", "a.b.b"]
    const queues = new Map<string, string>()
    for (const pattern of patterns) queues.set(pattern, await queueFor(channel, "amq.topic", pattern, pattern))
    for (const key of keys) await confirm(channel, "amq.topic", key, {}, `<${key}>`)
    const found: Record<string, string> = {}
    for (const [pattern, queue] of queues) found[pattern] = (await texts(channel, queue)).join(" ")
    expect(found).toEqual({
      "a.b": "<a.b>",
      "a.*": "<a.b> <a.>",
      "a.#": "<a.b> <a> <a.b.c> <a.> <a..b> <a.b.b>",
      "#": "<a.b> <a> <> <b> <a.b.c> <a.> <a..b> <.> <x.a.y> <a.b.b>",
      "*": "<a> <b>",
      "#.b": "<a.b> <b> <a..b> <a.b.b>",
      "*.#": "<a.b> <a> <b> <a.b.c> <a.> <a..b> <.> <x.a.y> <a.b.b>",
      "a.*.#": "<a.b> <a.b.c> <a.> <a..b> <a.b.b>",
      "#.#": "<a.b> <a> <> <b> <a.b.c> <a.> <a..b> <.> <x.a.y> <a.b.b>",
      "": "<>",
      "*.*": "<a.b> <a.> <.>",
      "a..b": "<a..b>",
      "#.a.#": "<a.b> <a> <a.b.c> <a.> <a..b> <x.a.y> <a.b.b>",
    })
  })

  test("a headers exchange routes by the headers, all of them or any", async (t) => {
    const { channel } = await open(t)
    const bind = async (args: Record<string, unknown>) => {
      const { queue } = await channel.assertQueue("", { exclusive: true })
      await channel.bindQueue(queue, "amq.headers", "", args)
      return queue
    }
    const all = await bind({ "x-match": "all", a: 1, b: "two" })
    const any = await bind({ "x-match": "any", a: 1, b: "two" })
    const withoutMode = await bind({ a: 1 })
    const nothing = await bind({})
    await confirm(channel, "amq.headers", "", { headers: { a: 1, b: "two", c: true } }, "both")
    await confirm(channel, "amq.headers", "", { headers: { a: 1 } }, "one")
    await confirm(channel, "amq.headers", "", { headers: { a: 2, b: "three" } }, "wrong")
    await confirm(channel, "amq.headers", "", {}, "none")
    expect(await texts(channel, all)).toEqual(["both"])
    expect(await texts(channel, any)).toEqual(["both", "one"])
    expect(await texts(channel, withoutMode)).toEqual(["both", "one"])
    expect(await texts(channel, nothing)).toEqual(["both", "one", "wrong", "none"])
  })

  test("exchanges route on to exchanges, also in circles, and to their alternate what finds no way", async (t) => {
    const { channel } = await open(t)
    await channel.assertExchange("rest", "fanout", { durable: false })
    await channel.assertExchange("front", "topic", { durable: false, alternateExchange: "rest" })
    await channel.assertExchange("back", "direct", { durable: false })
    await channel.bindExchange("back", "front", "a.#")
    await channel.bindExchange("front", "back", "a.b")
    const behind = await queueFor(channel, "back", "a.b", "x")
    const before = await queueFor(channel, "front", "a.*")
    const rest = await queueFor(channel, "rest", "")
    for (const key of ["a.b", "a.c", "x"]) await confirm(channel, "front", key)
    expect(await texts(channel, behind)).toEqual(["a.b"])
    expect(await texts(channel, before)).toEqual(["a.b", "a.c"])
    expect(await texts(channel, rest)).toEqual(["x"])
    await channel.unbindExchange("back", "front", "a.#")
    await confirm(channel, "front", "a.b")
    expect(await texts(channel, behind)).toEqual([])
  })

  test("a binding taken back takes nothing more with it", async (t) => {
    const { channel } = await open(t)
    const queue = await queueFor(channel, "amq.topic", "a", "b.*", "c")
    await channel.unbindQueue(queue, "amq.topic", "a")
    await channel.unbindQueue(queue, "amq.topic", "b.*")
    for (const key of ["a", "b.x", "c"]) await confirm(channel, "amq.topic", key)
    expect(await texts(channel, queue)).toEqual(["c"])
  })

  test("an unroutable mandatory message comes back with its properties before it is confirmed", async (t) => {
    const { channel } = await open(t)
    const events: unknown[] = []
    channel.on("return", ({ fields, properties, content }: Message) => {
      events.push([fields, properties.correlationId, properties.headers, content.toString()])
    })
    const options = { mandatory: true, correlationId: "c1", headers: { x: 1 } }
    events.push(await confirm(channel, "amq.topic", "nobody", options, "body"))
    events.push(await confirm(channel, "", "nobody", {}, "body"))
    const fields = { replyCode: 312, replyText: "NO_ROUTE", exchange: "amq.topic", routingKey: "nobody" }
    expect(events).toEqual([[fields, "c1", { x: 1 }, "body"], "ack", "ack"])
  })

  test("all properties and headers arrive as they were sent", async (t) => {
    const { channel } = await open(t)
    const { queue } = await channel.assertQueue("", { exclusive: true })
    const headers = {
      text: "ü",
      big: 2 ** 40,
      float: 1.5,
      yes: true,
      list: [1, "two", { three: 3 }],
      nested: { deep: { er: null } },
    }
    const options: Options.Publish = {
      contentType: "application/json",
      contentEncoding: "utf-8",
      headers,
      deliveryMode: 2,
      priority: 3,
      correlationId: "c",
      replyTo: "r",
      expiration: "60000",
      messageId: "m",
      timestamp: 1_700_000_000,
      type: "end",
      appId: "app",
    }
    await confirm(channel, "", queue, options)
    const [message] = await drain(channel, queue)
    expect(message?.properties).toMatchObject(options)
    expect(message?.fields).toMatchObject({ exchange: "", routingKey: queue, redelivered: false, messageCount: 0 })
  })

  test("bodies of any size arrive whole, empty ones too", async (t) => {
    const { channel } = await open(t)
    const { queue } = await channel.assertQueue("", { exclusive: true })
    const frame = 131_072 - 8
    const sizes = [
      0,
      1,
      2047,
      2048,
      2049,
      8192,
      65_536,
      frame - 1,
      frame,
      frame + 1,
      2 * frame,
      3 * frame + 5,
      5_000_000,
    ]
    const bodies = sizes.map((size) => Buffer.alloc(size, String(size)))
    for (const body of bodies) channel.publish("", queue, body)
    await channel.waitForConfirms()
    const received = await drain(channel, queue)
    expect(received.map(({ content }, index) => content.equals(bodies[index] as Buffer))).toEqual(sizes.map(() => true))
  })

  test("a message must name its own user, or none", async (t) => {
    const { broker, connection, channel } = await open(t)
    expect(await confirm(channel, "", "q", { userId: broker.user })).toBe("ack")
    expect(await channelError(connection, (other) => other.publish("", "q", Buffer.from("x"), { userId: "bob" }))).toBe(
      `PRECONDITION_FAILED - user_id property set to 'bob' but authenticated user was '${broker.user}' (60,40)`,
    )
  })

  test("an expiration must be a number of milliseconds", async (t) => {
    const { connection } = await open(t)
    const expiring = (expiration: string) => {
      return channelError(connection, (channel) => channel.publish("", "q", Buffer.from("x"), { expiration }))
    }
    const refused = (text: string, why: string) => `PRECONDITION_FAILED - invalid expiration '${text}': ${why} (60,40)`
    expect(await expiring("abc")).toBe(refused("abc", "no_integer"))
    expect(await expiring("-1")).toBe(refused("-1", "{value_negative,-1}"))
    expect(await expiring("1.5")).toBe(refused("1.5", '{leftover_string,".5"}'))
  })

  test("publishing to a missing or internal exchange closes the channel, and only that", async (t) => {
    const { broker, connection, channel } = await open(t)
    const where = `in vhost '${broker.vhost}'`
    await channel.assertExchange("inner", "direct", { internal: true, durable: false })
    expect(await channelError(connection, (other) => other.publish("nix", "k", Buffer.from("x")))).toBe(
      `NOT_FOUND - no exchange 'nix' ${where} (60,40)`,
    )
    expect(await channelError(connection, (other) => other.publish("inner", "k", Buffer.from("x")))).toBe(
      `ACCESS_REFUSED - cannot publish to internal exchange 'inner' ${where} (60,40)`,
    )
    expect(await confirm(channel, "amq.topic", "still works")).toBe("ack")
  })

  test("a full queue drops its oldest, or refuses the newest where it is told to", async (t) => {
    const { channel } = await open(t)
    const declare = async (args: Record<string, unknown>) => {
      return (await channel.assertQueue("", { exclusive: true, arguments: args })).queue
    }
    const send = async (queue: string, count: number) => {
      const answers: string[] = []
      for (let index = 0; index < count; index++) answers.push(await confirm(channel, "", queue, {}, String(index)))
      return answers.join(" ")
    }
    const byLength = await declare({ "x-max-length": 2 })
    expect(await send(byLength, 4)).toBe("ack ack ack ack")
    expect(await texts(channel, byLength)).toEqual(["2", "3"])
    const byBytes = await declare({ "x-max-length-bytes": 3 })
    await send(byBytes, 5)
    expect(await texts(channel, byBytes)).toEqual(["2", "3", "4"])
    const refusing = await declare({ "x-max-length": 2, "x-overflow": "reject-publish" })
    expect(await send(refusing, 4)).toBe("ack ack nack nack")
    expect(await texts(channel, refusing)).toEqual(["0", "1"])
    expect(await send(refusing, 1)).toBe("ack")
  })

  test("messages expire by the queue's time or their own, and with 0 at once", async (t) => {
    const { channel } = await open(t)
    const declare = async (args: Record<string, unknown>) => {
      return (await channel.assertQueue("", { exclusive: true, arguments: args })).queue
    }
    const byQueue = await declare({ "x-message-ttl": 200 })
    const byMessage = await declare({})
    const atOnce = await declare({ "x-message-ttl": 0 })
    await confirm(channel, "", byQueue, {}, "a")
    await confirm(channel, "", byMessage, { expiration: "200" }, "b")
    await confirm(channel, "", byMessage, {}, "c")
    await confirm(channel, "", atOnce, {}, "d")
    expect((await channel.checkQueue(byQueue)).messageCount).toBe(1)
    while ((await channel.checkQueue(byQueue)).messageCount > 0);
    while ((await channel.checkQueue(byMessage)).messageCount > 1);
    expect(await texts(channel, byMessage)).toEqual(["c"])
    expect(await texts(channel, atOnce)).toEqual([])
  })

  test("many confirms come in order and none is missing", async (t) => {
    const { channel } = await open(t)
    const queue = await queueFor(channel, "amq.topic", "#")
    const confirmed: number[] = []
    for (let index = 0; index < 5000; index++) {
      channel.publish("amq.topic", `k.${index}`, Buffer.from(String(index)), {}, () => confirmed.push(index))
    }
    await channel.waitForConfirms()
    expect(confirmed).toEqual(Array.from({ length: 5000 }, (_, index) => index))
    expect((await channel.checkQueue(queue)).messageCount).toBe(5000)
  })
})
