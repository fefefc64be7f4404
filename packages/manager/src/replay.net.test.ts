import { readdirSync, readFileSync } from "node:fs"
import { Client, type JsonObject, type JsonValue, RPCError, silentLogger } from "@metricq/client"
import { type BrokerKind, describeOnBrokers, Scope, startBroker, type TestBroker } from "@metricq/testkit"
import { type Channel, type ChannelModel, connect } from "amqplib"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Manager } from "./manager.js"
import type { StoreMaker } from "./testing/store-under-test.js"
import { couchStore, folderStore, openFor } from "./testing/stores.js"

/**
 * The requests that clients of the original sent, in their order, answered by our manager; then the queues and bindings that came of them.
 */

interface Recorded {
  readonly seq: number
  readonly token: string
  readonly request: JsonObject & { function: string }
  readonly answer: JsonObject
}

const fixtures = new URL("../fixtures/", import.meta.url)

/** Configurations that the recorded clients had. */
const configs: Record<string, JsonObject> = {
  "source-py-dummy": { rate: 10 },
  "source-scen": { rate: 2 },
  "sink-ttl": { "x-metricq": { "data-message-ttl": 5 } },
  "sink-durable-test": { some: "config" },
  "transformer-test": { factor: 2 },
  "db-alias": { "x-metricq": { "data-queue-type": "quorum", "hreq-message-ttl": 30 } },
  "db-test": { metrics: { "test.py.dummy": { mode: "RW" } } },
  "history-ttl": { "x-metricq": { "hrsp-queue-ttl": 120 }, foo: "bar" },
}

const own = "sink-scen.8ce66cfdc16b4ce697d855fd1cb98042-3d72800d15074ae38610e9348a485312-data"
const all = [
  ...["scen.alias", "scen.chunk3", "scen.derived", "scen.derived2", "scen.flush", "scen.list.a", "scen.list.b"],
  ...["scen.list.c", "scen.reserved", "scen.single", "test.py.dummy"],
]
const stored = ["scen.alias", "scen.chunk3", "scen.flush", "scen.single", "test.py.dummy"]
const notStored = all.filter((name) => !stored.includes(name))

const chunk3 = {
  ...{ date: "2026-11-23T16:44:12.978010+00:00", unit: "", foo: { bar: [1, 2, null, true] }, chunkSize: 1 },
  ...{ source: "source-scen", _id: "scen.chunk3", _rev: "1-f2eace90b7c1e7f8f93582a311bd4bd6" },
}

/** Where we answer otherwise on purpose; docs/reference/differences.md has the reasons. By the request as JSON. */
const differences = new Map<string, JsonObject>([
  // an existing queue is used as it is
  difference(
    { metrics: ["test.py.dummy"], dataQueue: own, metadata: false, function: "sink.subscribe" },
    { dataServerAddress: "vhost:/", dataQueue: own, metrics: ["test.py.dummy"] },
  ),
  difference(
    { metrics: ["scen.chunk3"], dataQueue: "sink-raw-own-data", function: "sink.subscribe" },
    { dataServerAddress: "vhost:/", dataQueue: "sink-raw-own-data", metrics: { "scen.chunk3": chunk3 } },
  ),
  // wrong and missing arguments are named
  difference(
    { metrics: "abc", expires: 30, function: "sink.subscribe" },
    { error: '"metrics" must be a list of names, is a string' },
  ),
  difference({ function: "transformer.subscribe" }, { error: "'metrics'" }),
  difference(
    { selector: 5, function: "get_metrics" },
    { error: "Invalid selector type: supported are a string and a list of names" },
  ),
  difference(
    { historic: "x", function: "get_metrics" },
    { error: 'Invalid type for "historic" argument: should be bool, is a string' },
  ),
  // no design documents of CouchDB among the metrics
  difference({ function: "get_metrics" }, { metrics: all }),
  difference({ format: "array", function: "get_metrics" }, { metrics: all }),
  difference({ unknownArg: 1, function: "get_metrics" }, { metrics: all }),
  difference({ format: "array", function: "history.get_metrics" }, { metrics: all }),
  difference({ function: "history.get_metric_list" }, { metric_list: all }),
  // historic and hidden mean what they say, in every combination
  difference({ historic: false, function: "get_metrics" }, { metrics: notStored }),
  difference({ hidden: true, function: "get_metrics" }, { metrics: [] }),
  difference({ hidden: false, function: "get_metrics" }, { metrics: all }),
  difference({ hidden: true, historic: true, function: "get_metrics" }, { metrics: [] }),
  difference(
    { hidden: false, selector: "scen", function: "get_metrics" },
    { metrics: all.filter((name) => name.startsWith("scen")) },
  ),
  difference({ infix: "single", function: "get_metrics" }, { metrics: ["scen.single"] }),
])

function difference(request: JsonObject, answer: JsonObject): [string, JsonObject] {
  return [JSON.stringify(request), answer]
}

const recorded: Recorded[] = readdirSync(fixtures)
  .filter((name) => name.startsWith("rpc-"))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, fixtures), "utf8")) as RecordedExchange[])
  .map(({ request, responses }) => ({
    seq: request.t,
    token: request.properties.app_id,
    request: request.body,
    answer: responses[0]!.body,
  }))
  .sort((a, b) => a.seq - b.seq)

interface RecordedExchange {
  request: { t: number; properties: { app_id: string }; body: JsonObject & { function: string } }
  responses: { body: JsonObject }[]
}

/** The requests that were recorded of the original, with whatever broker and documents. */
function recordedRequests(kind: BrokerKind, makeStore: StoreMaker): void {
  const scope = new Scope()
  /** Recorded queue names with a random part, and what they are called here. */
  const queues = new Map<string, string>()
  const clients = new Map<string, Client>()
  let broker: TestBroker
  let amqp: ChannelModel

  beforeAll(async () => {
    broker = await startBroker(scope, { kind })
    const documents = await openFor(scope, makeStore)
    for (const [token, config] of Object.entries(configs)) await documents.putConfig(token, config, { author: "test" })
    const manager = new Manager({ url: broker.url, documents, logger: silentLogger })
    await manager.start()
    scope.onTestFinished(() => manager.stop())
    for (const token of new Set(recorded.map((entry) => entry.token))) clients.set(token, await connectClient(token))
    amqp = await connect(broker.url)
    scope.onTestFinished(() => amqp.close())
  })

  afterAll(() => scope.close())

  async function connectClient(token: string): Promise<Client> {
    const client = new Client({ token, url: broker.url, logger: silentLogger })
    await client.connect()
    scope.onTestFinished(() => client.stop())
    return client
  }

  test("there are as many as were recorded", () => {
    expect(recorded).toHaveLength(100)
  })

  for (const entry of recorded) {
    const { function: name, ...args } = entry.request
    test(`${name} ${JSON.stringify(args)} of ${entry.token}`, async () => {
      const sent = renamed(args)
      const answer = await ask(clients.get(entry.token)!, name, sent)
      noteQueue(entry.answer, answer)
      const expected = differences.get(JSON.stringify(entry.request)) ?? entry.answer
      expect(normal(answer)).toEqual(normal(expected))
    })
  }

  test("every difference was met", () => {
    const requests = new Set(recorded.map(({ request }) => JSON.stringify(request)))
    for (const request of differences.keys()) expect(requests).toContain(request)
  })

  const topology = readTopology()

  for (const queue of topology.queues) {
    test(`leave the queue ${queue.name} with its arguments`, async () => {
      const name = queues.get(queue.name) ?? queue.name
      const { durable, autoDelete } = queue
      await onChannel((channel) => channel.checkQueue(name))
      await onChannel((channel) => channel.assertQueue(name, { durable, autoDelete, arguments: queue.arguments }))
      const other = { durable, autoDelete, arguments: { ...queue.arguments, "x-message-ttl": 77 } }
      await expect(onChannel((channel) => channel.assertQueue(name, other))).rejects.toThrow(/406|PRECONDITION/)
    })
  }

  test("leave the recorded bindings and no others", async () => {
    const keys = new Map(topology.bindings.map(({ exchange, key }) => [`${exchange} ${key}`, { exchange, key }]))
    const channel = await amqp.createConfirmChannel()
    for (const { exchange, key } of keys.values()) channel.publish(exchange, key, Buffer.from("x"))
    await channel.waitForConfirms()
    for (const queue of topology.queues) {
      const bound = topology.bindings.filter((binding) => binding.queue === queue.name)
      const { messageCount } = await channel.checkQueue(queues.get(queue.name) ?? queue.name)
      expect([queue.name, messageCount]).toEqual([queue.name, bound.length])
    }
    await channel.close()
  })

  async function onChannel<T>(use: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await amqp.createChannel()
    channel.on("error", () => {})
    return use(channel).finally(() => channel.close().catch(() => {}))
  }

  function renamed({ dataQueue, ...args }: JsonObject): JsonObject {
    return typeof dataQueue === "string" ? { ...args, dataQueue: queues.get(dataQueue) ?? dataQueue } : args
  }

  function noteQueue(theirs: JsonObject, ours: JsonObject): void {
    if (typeof theirs.dataQueue === "string" && typeof ours.dataQueue === "string")
      queues.set(theirs.dataQueue, ours.dataQueue)
  }
}

describeOnBrokers("the recorded requests", (kind) => recordedRequests(kind, folderStore))
describe("the recorded requests, with a CouchDB", () => recordedRequests("embedded", couchStore))

async function ask(client: Client, name: string, args: JsonObject): Promise<JsonObject> {
  try {
    return await client.rpc(name, args)
  } catch (error) {
    if (error instanceof RPCError) return error.answer
    throw error
  }
}

/** Without what differs from run to run: dates, revisions, random parts of names, and the vhost. */
function normal(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => normal(item) ?? null)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]))
  }
  if (typeof value !== "string") return value
  return value
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/, "DATE")
    .replace(/^\d+-[0-9a-f]{32}$/, "REVISION")
    .replace(/-[0-9a-f]{32}-data/, "-UUID-data")
    .replace(/^vhost:.*/, "VHOST")
    .replace(/in vhost '.*'/, "in vhost 'VHOST'")
}

interface RecordedQueue {
  name: string
  durable: boolean
  autoDelete: boolean
  arguments: Record<string, string | number>
}

/** What RabbitMQ listed after the scenarios, as far as it came from the recorded requests. */
function readTopology() {
  const named = new Set(recorded.flatMap(({ answer }) => [answer.dataQueue, answer.historyQueue]))
  const text = readFileSync(new URL("topology-after-scenarios.txt", fixtures), "utf8")
  const rows = text.split("\n").map((line) => line.split("\t"))
  const queues = rows
    .filter(([name, durable]) => named.has(name) && (durable === "true" || durable === "false"))
    .map(([name = "", durable, autoDelete, , args = ""]): RecordedQueue => {
      const found = [...args.matchAll(/\{"([^"]+)",("?)([^"}]+)"?\}/g)]
      const values = found.map(([, key, quote, value]) => [key, quote ? value : Number(value)])
      return {
        name,
        durable: durable === "true",
        autoDelete: autoDelete === "true",
        arguments: Object.fromEntries(values),
      }
    })
  const bindings = rows
    .filter(([source]) => source === "metricq.data" || source === "metricq.history")
    .map(([exchange = "", , queue = "", , key = ""]) => ({ exchange, queue, key }))
  return { queues, bindings }
}
