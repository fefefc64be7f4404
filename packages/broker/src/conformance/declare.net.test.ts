import { describeOnBrokers, startBroker, type TestScope } from "@metricq/testkit"
import { type Channel, type ChannelModel, connect } from "amqplib"
import { beforeEach, expect, test } from "vitest"

type Operation = (channel: Channel) => Promise<unknown>

describeOnBrokers("declarations", (kind) => {
  let connection: ChannelModel
  let where: string

  beforeEach(async (t) => {
    const broker = await startBroker(t as TestScope, { kind })
    where = `in vhost '${broker.vhost}'`
    connection = await connect(broker.url, { noDelay: true })
    connection.setMaxListeners(100)
    connection.on("error", () => {})
  })

  /** What an operation ends in: "ok", or code, text and method of the error that closes its channel or connection. */
  async function outcome(operation: Operation): Promise<string> {
    const channel = await connection.createChannel()
    const failed = new Promise<string>((resolve) => {
      const describe = (error: { code: number; message: string; classId?: number; methodId?: number }) => {
        const text = /with message "(.*)"$/s.exec(error.message)?.[1]
        resolve(`${error.code} ${text} (${error.classId},${error.methodId})`)
      }
      channel.on("error", describe)
      connection.on("error", describe)
    })
    const done = operation(channel).then(
      () => "ok",
      () => failed,
    )
    const result = await done
    if (result === "ok") await channel.close()
    return result
  }

  const declare = (name: string, options: Parameters<Channel["assertQueue"]>[1]): Operation => {
    return (channel) => channel.assertQueue(name, options)
  }
  const declareExchange = (
    name: string,
    type: string,
    options?: Parameters<Channel["assertExchange"]>[2],
  ): Operation => {
    return (channel) => channel.assertExchange(name, type, options)
  }

  test("a queue declared again must be as it was", async () => {
    const args = (values: Record<string, unknown>) => ({ durable: false, arguments: values })
    expect(await outcome(declare("q", args({ "x-expires": 60_000 })))).toBe("ok")
    expect(await outcome(declare("q", args({ "x-expires": 60_000 })))).toBe("ok")
    expect(await outcome(declare("q", args({ "x-expires": { "!": "int64", value: 60_000 } })))).toBe("ok")
    expect(await outcome(declare("q", args({ "x-expires": 60_000, "x-unknown": 1 })))).toBe("ok")
    expect(await outcome(declare("q", args({ "x-expires": 60_000, "x-queue-type": "classic" })))).toBe("ok")
    const refused = (argument: string, difference: string) =>
      `406 PRECONDITION_FAILED - inequivalent arg '${argument}' for queue 'q' ${where}: ${difference} (50,10)`
    expect(await outcome(declare("q", args({ "x-expires": 600_000 })))).toBe(
      refused("x-expires", "received '600000' but current is '60000'"),
    )
    expect(await outcome(declare("q", args({ "x-expires": "60000" })))).toBe(
      refused("x-expires", "received '60000' but current is '60000'"),
    )
    expect(await outcome(declare("q", args({})))).toBe(
      refused("x-expires", "received none but current is the value '60000' of type 'signedint'"),
    )
    expect(await outcome(declare("q", args({ "x-expires": 60_000, "x-message-ttl": 5 })))).toBe(
      refused("x-message-ttl", "received the value '5' of type 'byte' but current is none"),
    )
    expect(await outcome(declare("q", args({ "x-expires": 60_000, "x-max-length": 2 ** 40 })))).toBe(
      refused("x-max-length", `received the value '${2 ** 40}' of type 'long' but current is none`),
    )
    expect(await outcome(declare("q", { ...args({ "x-expires": 60_000 }), durable: true }))).toBe(
      refused("durable", "received 'true' but current is 'false'"),
    )
    expect(await outcome(declare("q", { ...args({ "x-expires": 60_000 }), autoDelete: true }))).toBe(
      refused("auto_delete", "received 'true' but current is 'false'"),
    )
    expect(await outcome(declare("q", { ...args({ "x-expires": 60_000 }), exclusive: true }))).toMatch(
      /^405 RESOURCE_LOCKED/,
    )
  })

  test("an exchange declared again must be as it was", async () => {
    expect(await outcome(declareExchange("e", "topic", { durable: false }))).toBe("ok")
    expect(await outcome(declareExchange("e", "topic", { durable: false, arguments: { any: 1 } }))).toBe("ok")
    const refused = (argument: string, difference: string) =>
      `406 PRECONDITION_FAILED - inequivalent arg '${argument}' for exchange 'e' ${where}: ${difference} (40,10)`
    const yes = "received 'true' but current is 'false'"
    expect(await outcome(declareExchange("e", "topic", { durable: true }))).toBe(refused("durable", yes))
    expect(await outcome(declareExchange("e", "topic", { durable: false, autoDelete: true }))).toBe(
      refused("auto_delete", yes),
    )
    expect(await outcome(declareExchange("e", "topic", { durable: false, internal: true }))).toBe(
      refused("internal", yes),
    )
    expect(await outcome(declareExchange("e", "direct", { durable: false }))).toBe(
      refused("type", "received 'direct' but current is 'topic'"),
    )
    expect(await outcome(declareExchange("e", "topic", { durable: false, alternateExchange: "x" }))).toBe(
      refused("alternate-exchange", "received the value 'x' of type 'longstr' but current is none"),
    )
  })

  test("an unknown type of exchange closes the connection", async () => {
    expect(await outcome(declareExchange("e", "star"))).toMatch(/^503 COMMAND_INVALID - invalid exchange type 'star'/)
  })

  test("bad arguments are refused with the reason", async () => {
    const cases: [string, unknown, string][] = [
      ["x-expires", 0, "{value_zero,0}"],
      ["x-expires", -1, "{value_negative,-1}"],
      ["x-expires", "a", `"expected integer, got longstr"`],
      ["x-expires", true, `"expected integer, got bool"`],
      ["x-expires", 2 ** 40, `{value_too_large,${2 ** 40}}`],
      ["x-message-ttl", -1, "{value_negative,-1}"],
      ["x-message-ttl", 2 ** 40, `{value_too_large,${2 ** 40}}`],
      ["x-max-length", -1, "{value_negative,-1}"],
      ["x-max-length", "x", `"expected integer, got longstr"`],
      ["x-max-length-bytes", -1, "{value_negative,-1}"],
      ["x-overflow", "spill", "invalid_overflow"],
      ["x-overflow", 1, "{unacceptable_type,byte}"],
      ["x-queue-mode", "fast", `"unsupported queue mode 'fast'"`],
      ["x-queue-type", "heap", `"unsupported queue type 'heap'"`],
    ]
    for (const [name, value, why] of cases) {
      expect(await outcome(declare("bad", { durable: true, arguments: { [name]: value } }))).toBe(
        `406 PRECONDITION_FAILED - invalid arg '${name}' for queue 'bad' ${where}: ${why} (50,10)`,
      )
    }
    for (const [name, value] of [
      ["x-message-ttl", 0],
      ["x-max-length", 0],
      ["x-queue-mode", "lazy"],
    ] as const) {
      expect(await outcome(declare("", { exclusive: true, arguments: { [name]: value } }))).toBe("ok")
    }
  })

  test("a quorum queue is durable and shared", async () => {
    const quorum = { arguments: { "x-queue-type": "quorum" } }
    const refused = (property: string) =>
      `406 PRECONDITION_FAILED - invalid property '${property}' for queue 'quorum' ${where} (50,10)`
    expect(await outcome(declare("quorum", { ...quorum, durable: false }))).toBe(refused("non-durable"))
    expect(await outcome(declare("quorum", { ...quorum, durable: true, exclusive: true }))).toBe(
      refused("exclusive-owner"),
    )
    expect(await outcome(declare("quorum", { ...quorum, durable: true, autoDelete: true }))).toBe(
      refused("auto-delete"),
    )
    expect(await outcome(declare("quorum", { ...quorum, durable: true }))).toBe("ok")
    expect(await outcome(declare("quorum", { durable: true }))).toBe(
      `406 PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'quorum' ${where}: ` +
        "received none but current is the value 'quorum' of type 'longstr' (50,10)",
    )
  })

  test("what does not exist is not found", async () => {
    const noQueue = (method: string) => `404 NOT_FOUND - no queue 'nix' ${where} (${method})`
    const noExchange = (method: string) => `404 NOT_FOUND - no exchange 'nix' ${where} (${method})`
    expect(await outcome((channel) => channel.checkQueue("nix"))).toBe(noQueue("50,10"))
    expect(await outcome((channel) => channel.checkExchange("nix"))).toBe(noExchange("40,10"))
    expect(await outcome((channel) => channel.purgeQueue("nix"))).toBe(noQueue("50,30"))
    expect(await outcome((channel) => channel.get("nix"))).toBe(noQueue("60,70"))
    expect(await outcome((channel) => channel.consume("nix", () => {}))).toBe(noQueue("60,20"))
    expect(await outcome((channel) => channel.bindQueue("nix", "amq.topic", "k"))).toBe(noQueue("50,20"))
    expect(await outcome((channel) => channel.bindQueue("nix", "nix", "k"))).toBe(noExchange("50,20"))
    expect(await outcome((channel) => channel.bindExchange("nix", "amq.topic", "k"))).toBe(noExchange("40,30"))
    expect(await outcome((channel) => channel.bindExchange("amq.topic", "nix", "k"))).toBe(noExchange("40,30"))
    const none = (method: string) => `404 NOT_FOUND - no previously declared queue (${method})`
    expect(await outcome((channel) => channel.consume("", () => {}))).toBe(none("60,20"))
    expect(await outcome((channel) => channel.get(""))).toBe(none("60,70"))
    expect(await outcome((channel) => channel.bindQueue("", "amq.topic", ""))).toBe(none("50,20"))
  })

  test("deleting and unbinding what does not exist does no harm", async () => {
    expect(await outcome((channel) => channel.deleteQueue("nix"))).toBe("ok")
    expect(await outcome((channel) => channel.deleteExchange("nix"))).toBe("ok")
    expect(await outcome((channel) => channel.unbindQueue("nix", "amq.topic", "k"))).toBe("ok")
    expect(await outcome((channel) => channel.unbindExchange("amq.fanout", "amq.topic", "k"))).toBe("ok")
    expect(await outcome((channel) => channel.cancel("nobody"))).toBe("ok")
  })

  test("names that begin with amq. belong to the broker", async () => {
    expect(await outcome(declare("amq.mine", {}))).toBe(
      "403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*' (50,10)",
    )
    expect(await outcome(declareExchange("amq.mine", "topic"))).toBe(
      "403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*' (40,10)",
    )
    expect(await outcome((channel) => channel.checkQueue("amq.mine"))).toMatch(/^404 NOT_FOUND/)
    for (const [name, type] of [
      ["direct", "direct"],
      ["fanout", "fanout"],
      ["topic", "topic"],
      ["headers", "headers"],
      ["match", "headers"],
    ] as const) {
      expect(await outcome(declareExchange(`amq.${name}`, type, { durable: true }))).toBe("ok")
    }
    expect(await outcome((channel) => channel.deleteExchange("amq.topic"))).toBe(
      `403 ACCESS_REFUSED - deletion of system exchange 'amq.topic' ${where} not allowed (40,20)`,
    )
  })

  test("the default exchange cannot be declared, bound or deleted", async () => {
    const refused = (method: string) =>
      `403 ACCESS_REFUSED - operation not permitted on the default exchange (${method})`
    expect(await outcome(declare("q", {}))).toBe("ok")
    expect(await outcome(declareExchange("", "direct"))).toBe(refused("40,10"))
    expect(await outcome((channel) => channel.checkExchange(""))).toBe(refused("40,10"))
    expect(await outcome((channel) => channel.deleteExchange(""))).toBe(refused("40,20"))
    expect(await outcome((channel) => channel.bindQueue("q", "", "k"))).toBe(refused("50,20"))
    expect(await outcome((channel) => channel.unbindQueue("q", "", "k"))).toBe(refused("50,50"))
    expect(await outcome((channel) => channel.bindExchange("amq.topic", "", "k"))).toBe(refused("40,30"))
    expect(await outcome((channel) => channel.bindExchange("", "amq.topic", "k"))).toBe(refused("40,30"))
  })

  test("if-unused and if-empty keep what is in use", async () => {
    expect(await outcome(declareExchange("e", "topic"))).toBe("ok")
    expect(await outcome(declare("q", {}))).toBe("ok")
    expect(await outcome((channel) => channel.bindQueue("q", "e", "k"))).toBe("ok")
    expect(await outcome((channel) => channel.deleteExchange("e", { ifUnused: true }))).toBe(
      `406 PRECONDITION_FAILED - exchange 'e' ${where} in use (40,20)`,
    )
    const full = async (channel: Channel) => {
      channel.sendToQueue("q", Buffer.from("x"))
      await channel.deleteQueue("q", { ifEmpty: true })
    }
    expect(await outcome(full)).toBe(`406 PRECONDITION_FAILED - queue 'q' ${where} not empty (50,40)`)
    const used = async (channel: Channel) => {
      await channel.consume("q", () => {})
      await channel.deleteQueue("q", { ifUnused: true })
    }
    expect(await outcome(used)).toBe(`406 PRECONDITION_FAILED - queue 'q' ${where} in use (50,40)`)
    expect(await outcome((channel) => channel.unbindQueue("q", "e", "k"))).toBe("ok")
    expect(await outcome((channel) => channel.deleteExchange("e", { ifUnused: true }))).toBe("ok")
  })

  test("counts of messages and consumers come with declare, purge and delete", async () => {
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue("q")
    for (let index = 0; index < 3; index++) channel.sendToQueue("q", Buffer.from("x"))
    await channel.waitForConfirms()
    expect(await channel.checkQueue("q")).toEqual({ queue: "q", messageCount: 3, consumerCount: 0 })
    expect(await channel.purgeQueue("q")).toEqual({ messageCount: 3 })
    await channel.consume("q", () => {}, { noAck: false })
    expect(await channel.assertQueue("q")).toEqual({ queue: "q", messageCount: 0, consumerCount: 1 })
    await channel.close()
    const other = await connection.createConfirmChannel()
    other.sendToQueue("q", Buffer.from("x"))
    await other.waitForConfirms()
    expect(await other.deleteQueue("q")).toEqual({ messageCount: 1 })
  })

  test("the broker finds a name for a queue without one; line ends are no part of names", async () => {
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    expect(queue).toMatch(/^amq\.gen-[\w-]{22}$/)
    expect(await outcome((other) => other.checkQueue(""))).toBe(`404 NOT_FOUND - no queue '' ${where} (50,10)`)
    expect((await channel.assertQueue("with\r\na line end and ü", { exclusive: true })).queue).toBe(
      "witha line end and ü",
    )
    const long = "x".repeat(255)
    expect((await channel.assertQueue(long, { exclusive: true })).queue).toBe(long)
  })
})
