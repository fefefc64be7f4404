import { DataError } from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import { deriveAddress, maskUrl, parseConnectionUrl } from "./connection-url.js"

describe("parseConnectionUrl", () => {
  test("fills in what is not there", () => {
    expect(parseConnectionUrl("amqp://host")).toEqual({
      protocol: "amqp",
      hostname: "host",
      port: 5672,
      username: "guest",
      password: "guest",
      vhost: "/",
    })
    expect(parseConnectionUrl("amqps://host/").port).toBe(5671)
  })

  test("decodes login and vhost, with slashes in them or not", () => {
    const parts = parseConnectionUrl("amqp://a%40b:p%2Fw@[::1]:1234/x%2Fy/z?heartbeat=3")
    expect(parts).toMatchObject({
      username: "a@b",
      password: "p/w",
      hostname: "::1",
      port: 1234,
      vhost: "x/y/z",
      heartbeat: 3,
    })
    expect(parseConnectionUrl("amqp://host/%2F").vhost).toBe("/")
    expect(parseConnectionUrl("amqp://user@host/").password).toBe("")
  })

  test.each(["", "host", "http://host/", "amqp:", "amqp://", "amqp://u:secret@host:99999/"])("refuses %j", (url) => {
    expect(() => parseConnectionUrl(url)).toThrow(DataError)
  })

  test("shows no password when it refuses", () => {
    expect(() => parseConnectionUrl("ampq://user:secret@host/")).toThrow(/^(?!.*secret).*ampq:\/\/user:\*{6}@host/)
    expect(() => parseConnectionUrl("amqp://user:sec:r@et@ho st/")).toThrow(/^(?!.*(sec|et@)).*$/)
  })
})

test.each([
  ["amqp://user:secret@host:1/v", "amqp://user:******@host:1/v"],
  ["amqp://user:se:c@ret@host/", "amqp://user:******@host/"],
  ["amqp://user@host/", "amqp://user@host/"],
  ["amqp://:secret@host", "amqp://:******@host"],
  ["amqp://host/a:b@c", "amqp://host/a:b@c"],
  ["vhost:/", "vhost:/"],
])("maskUrl(%j)", (url, masked) => {
  expect(maskUrl(url)).toBe(masked)
})

describe("deriveAddress", () => {
  const management = "amqp://user:p%40ss@mq:5673/mgmt?heartbeat=5"

  test.each([
    ["vhost:/", "amqp://user:p%40ss@mq:5673/"],
    ["vhost:data", "amqp://user:p%40ss@mq:5673/data"],
    ["vhost:/data", "amqp://user:p%40ss@mq:5673/data"],
    ["vhost:a%2Fb", "amqp://user:p%40ss@mq:5673/a%252Fb"],
    ["vhost:a/b", "amqp://user:p%40ss@mq:5673/a%2Fb"],
    ["amqp://other/data", "amqp://user:p%40ss@other:5672/data"],
    ["amqps://other:1/", "amqps://user:p%40ss@other:1/"],
    ["amqp://x:y@other/d", "amqp://user:p%40ss@other:5672/d"],
    ["amqp://[::1]/d", "amqp://user:p%40ss@[::1]:5672/d"],
  ])("%s", (announced, expected) => {
    expect(deriveAddress(management, announced)).toBe(expected)
  })

  test("without a login in the management URL it is guest there, too", () => {
    expect(deriveAddress("amqps://mq", "vhost:d")).toBe("amqps://guest:guest@mq:5671/d")
  })

  test("refuses what is no address, and shows no password of it", () => {
    expect(() => deriveAddress(management, "somewhere")).toThrow(/neither vhost:NAME nor/)
    expect(() => deriveAddress(management, "http://u:secret@x/")).toThrow(/^(?!.*secret)/)
  })
})
