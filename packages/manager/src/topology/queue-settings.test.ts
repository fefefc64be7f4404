import { type JsonObject, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { QueueSettings } from "./queue-settings.js"
import { refusesTransient } from "./topology.js"

const settings = (config?: JsonObject) => new QueueSettings("t", config, silentLogger)
const own = (values: JsonObject) => settings({ "x-metricq": values })

test("the queue of a sink expires after what was asked for, or after 600 s", () => {
  const expires = (value?: JsonObject[string]) => settings().sink(value)["x-expires"]
  expect([undefined, null, 0, -3, "10", Number.NaN, {}].map(expires)).toEqual(Array(7).fill(600_000))
  expect([60, 0.5, 1.9999, true].map(expires)).toEqual([60_000, 500, 1999, 1000])
  expect([0.0001, 1e300].map(expires)).toEqual([1, 2 ** 32 - 1])
})

test("the queue of a history client expires after the configured time", () => {
  expect(settings().historyResponse()).toEqual({ "x-expires": 600_000 })
  expect(own({ "hrsp-queue-ttl": 120, "hrsp-message-ttl": 1.5 }).historyResponse()).toEqual({
    "x-expires": 120_000,
    "x-message-ttl": 1500,
  })
  expect(own({ "hrsp-queue-ttl": 0 }).historyResponse()).toEqual({ "x-expires": 1 })
  expect(own({ "hrsp-queue-ttl": -1, "hrsp-message-ttl": "x" }).historyResponse()).toEqual({ "x-expires": 600_000 })
})

test("messages live for the configured time; the old setting for all queues wins", () => {
  expect(own({ "data-message-ttl": 5 }).lasting("data")).toEqual({ "x-message-ttl": 5000 })
  expect(own({ "data-message-ttl": 5 }).lasting("hreq")).toEqual({})
  expect(settings({ message_ttl: 2, "x-metricq": { "data-message-ttl": 5 } }).lasting("hreq")).toEqual({
    "x-message-ttl": 2000,
  })
  expect(own({ "data-message-ttl": 0 }).sink(undefined)).toEqual({ "x-expires": 600_000, "x-message-ttl": 0 })
})

test("a quorum queue has its own arguments and no time to live", () => {
  const quorum = own({
    "data-queue-type": "quorum",
    "data-message-ttl": 5,
    "data-max-in-memory-length": 10,
    "data-max-in-memory-bytes": -1,
  })
  expect(quorum.type("data")).toBe("quorum")
  expect(quorum.lasting("data")).toEqual({ "x-queue-type": "quorum", "x-max-in-memory-length": 10 })
  expect(quorum.lasting("hreq")).toEqual({})
  expect(quorum.sink(undefined)).toEqual({ "x-expires": 600_000, "x-message-ttl": 5000 })
})

test("an unknown type of queue is an error that names it", () => {
  expect(() => own({ "data-queue-type": "stream" }).type("data")).toThrow(
    "Invalid queue type 'stream' in the configuration of t",
  )
  expect(() => own({ "hreq-queue-type": 5 }).lasting("hreq")).toThrow("Invalid queue type '5'")
})

test("settings that are no object count as none", () => {
  for (const odd of [null, "x", 5, ["data-message-ttl"]]) {
    expect(settings({ "x-metricq": odd }).lasting("data")).toEqual({})
  }
})

test("a kept queue is bounded in time and bytes", () => {
  expect(settings().kept(300, 1000)).toEqual({ "x-expires": 300_000, "x-max-length-bytes": 1000 })
})

test("RabbitMQ refuses transient queues from 4.3 on", () => {
  const versions = ["3.10.8", "3.13.7", "4.0.1", "4.2.9", "4.3.0", "4.10.1", "5.0.0"]
  const refused = versions.filter((version) => refusesTransient({ product: "RabbitMQ", version }))
  expect(refused).toEqual(["4.3.0", "4.10.1", "5.0.0"])
  expect(refusesTransient({ product: "something else", version: "9.0.0" })).toBe(false)
  expect(refusesTransient({})).toBe(false)
})
