import { describe, expect, test } from "vitest"
import { tableOf } from "../wire/table.js"
import type { Definition } from "./definitions.js"
import { Vhost } from "./vhost.js"

const noLimits = {
  expiresMs: undefined,
  messageTtlMs: undefined,
  maxLength: undefined,
  maxLengthBytes: undefined,
  overflow: "drop-head",
} as const

function makeVhost(limits = { maxQueues: 100, maxExchanges: 100, maxBindings: 100 }): {
  vhost: Vhost
  recorded: string[]
} {
  const recorded: string[] = []
  const record = (definition: Definition) => void recorded.push(`${definition.op} ${nameOf(definition)}`)
  return { vhost: new Vhost("/", limits, record), recorded }
}

function nameOf(definition: Definition): string {
  return "name" in definition
    ? definition.name
    : `${definition.source} → ${definition.destination} ${definition.routingKey}`
}

const none = tableOf({})

function addQueue(vhost: Vhost, name: string, durable = false) {
  return vhost.addQueue({ name, durable, autoDelete: false, owner: undefined, arguments: none }, noLimits)
}

function addExchange(
  vhost: Vhost,
  name: string,
  options: { durable?: boolean; autoDelete?: boolean; alternate?: string } = {},
) {
  const args = options.alternate === undefined ? none : tableOf({ "alternate-exchange": options.alternate })
  const { durable = false, autoDelete = false } = options
  return vhost.addExchange({ name, type: "topic", durable, autoDelete, internal: false, arguments: args })
}

describe("a vhost", () => {
  test("records what is durable at both ends, and its removal, and nothing else", () => {
    const { vhost, recorded } = makeVhost()
    const exchange = addExchange(vhost, "e", { durable: true })
    const passing = addExchange(vhost, "passing")
    const queue = addQueue(vhost, "q", true)
    const transient = addQueue(vhost, "transient")
    vhost.bind(exchange, queue, "a", none)
    vhost.bind(exchange, queue, "a", none)
    vhost.bind(exchange, transient, "b", none)
    vhost.bind(passing, queue, "c", none)
    vhost.unbind(exchange, queue, "a", none)
    vhost.unbind(exchange, queue, "a", none)
    vhost.deleteQueue(transient)
    vhost.deleteQueue(queue)
    vhost.deleteExchange(passing)
    vhost.deleteExchange(exchange)
    expect(recorded).toEqual([
      "exchange e",
      "queue q",
      "binding e → q a",
      "binding-deleted e → q a",
      "queue-deleted q",
      "exchange-deleted e",
    ])
    expect(vhost.bindingCount).toBe(0)
  })

  test("routes to each queue once, through circles of exchanges too", () => {
    const { vhost } = makeVhost()
    const [one, two] = [addExchange(vhost, "one"), addExchange(vhost, "two")]
    const queue = addQueue(vhost, "q")
    vhost.bind(one, two, "#", none)
    vhost.bind(two, one, "#", none)
    vhost.bind(one, queue, "a", none)
    vhost.bind(two, queue, "*", none)
    const headers = () => undefined
    expect(vhost.route(two, "a", headers).map(({ name }) => name)).toEqual(["q"])
    expect(vhost.route(vhost.defaultExchange, "q", headers)).toHaveLength(1)
    expect(vhost.route(vhost.defaultExchange, "nix", headers)).toHaveLength(0)
  })

  test("sends to the alternate exchange only what an exchange finds no way for", () => {
    const { vhost } = makeVhost()
    const rest = addExchange(vhost, "rest")
    const front = addExchange(vhost, "front", { alternate: "rest" })
    const queue = addQueue(vhost, "q")
    const lost = addQueue(vhost, "lost")
    vhost.bind(front, queue, "known", none)
    vhost.bind(front, queue, "#.twice", none)
    vhost.bind(front, rest, "a.twice", none)
    vhost.bind(rest, lost, "#", none)
    const names = (key: string) => vhost.route(front, key, () => undefined).map(({ name }) => name)
    expect(names("known")).toEqual(["q"])
    expect(names("unknown")).toEqual(["lost"])
    expect(names("a.twice")).toEqual(["q", "lost"])
    vhost.deleteExchange(rest)
    expect(names("unknown")).toEqual([])
  })

  test("lets chains of auto-delete exchanges go with the last binding", () => {
    const { vhost } = makeVhost()
    const [first, second] = [
      addExchange(vhost, "first", { autoDelete: true }),
      addExchange(vhost, "second", { autoDelete: true }),
    ]
    const queue = addQueue(vhost, "q")
    vhost.bind(first, second, "#", none)
    vhost.bind(second, queue, "#", none)
    vhost.deleteQueue(queue)
    expect([...vhost.exchanges].map(({ name }) => name).filter((name) => !name.startsWith("amq."))).toEqual([""])
    expect(first.deleted && second.deleted).toBe(true)
  })

  test("holds no more queues, exchanges and bindings than it may", () => {
    const { vhost } = makeVhost({ maxQueues: 1, maxExchanges: 7, maxBindings: 1 })
    const queue = addQueue(vhost, "q")
    const exchange = addExchange(vhost, "e")
    vhost.bind(exchange, queue, "a", none)
    expect(() => addQueue(vhost, "r")).toThrow("cannot declare queue 'r': queue limit in vhost '/' (1) is reached")
    expect(() => addExchange(vhost, "f")).toThrow("exchange limit in vhost '/' (7) is reached")
    expect(() => vhost.bind(exchange, queue, "b", none)).toThrow("binding limit in vhost '/' (1) is reached")
    vhost.bind(exchange, queue, "a", none)
    vhost.unbind(exchange, queue, "a", none)
    vhost.bind(exchange, queue, "b", none)
  })

  test("tells bindings apart by their arguments, in any order", () => {
    const { vhost } = makeVhost()
    const queue = addQueue(vhost, "q")
    const exchange = vhost.exchange("amq.headers")
    vhost.bind(exchange, queue, "", tableOf({ a: 1, b: "2" }))
    vhost.bind(exchange, queue, "", tableOf({ b: "2", a: 1 }))
    vhost.bind(exchange, queue, "", tableOf({ a: 1, b: 2 }))
    expect(vhost.bindingCount).toBe(2)
    vhost.unbind(exchange, queue, "", tableOf({ b: "2", a: 1 }))
    expect(vhost.bindingCount).toBe(1)
  })

  test("deletes the exclusive queues of a connection, and only those", () => {
    const { vhost } = makeVhost()
    const [mine, yours] = [{}, {}]
    for (const [name, owner] of [
      ["a", mine],
      ["b", mine],
      ["c", yours],
    ] as const) {
      vhost.addQueue({ name, durable: false, autoDelete: false, owner, arguments: none }, noLimits)
    }
    vhost.deleteQueuesOf(mine)
    expect([...vhost.queues].map(({ name }) => name)).toEqual(["c"])
  })
})
