import { describe, expect, test } from "vitest"
import {
  checkMetricName,
  checkToken,
  dataQueue,
  historyRequestQueue,
  historyResponseQueue,
  isConventionalMetricName,
  isRpcQueue,
  rpcQueue,
  sinkDataQueue,
} from "./index.js"

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "DataError", code, message: expect.stringMatching(message) })

test("queue names are the original's", () => {
  const uuid = "0123456789abcdef0123456789abcdef"
  expect([
    rpcQueue("source-a"),
    sinkDataQueue("sink-a", uuid),
    dataQueue("db-a"),
    dataQueue("db-a", "quorum"),
    historyRequestQueue("db-a"),
    historyRequestQueue("db-a", "quorum"),
    historyResponseQueue("history-a"),
    historyResponseQueue("history-a", "classic"),
  ]).toEqual([
    "source-a-rpc",
    `sink-a-${uuid}-data`,
    "db-a-data",
    "db-a-quorum-data",
    "db-a-hreq",
    "db-a-quorum-hreq",
    "history-a-hrsp",
    "history-a-hrsp",
  ])
  expect(["source-a-rpc", "-rpc", "management", "a-rpc-data"].map(isRpcQueue)).toEqual([true, false, false, false])
})

describe("metric names", () => {
  test.each([
    "a",
    "a.b",
    "elab.ariel.board.12V.power",
    "a-b.c d",
    "größe.é",
    "ü".repeat(127),
    "a*b.c#d",
    "a..b",
    "x_.y",
    "a".repeat(255),
  ])("%s is possible", (name) => expect(() => checkMetricName(name)).not.toThrow())

  test.each<[unknown, RegExp]>([
    ["", /it is empty/],
    ["a".repeat(256), /more than 255 bytes/],
    ["ü".repeat(128), /more than 255 bytes/],
    ["😀".repeat(64), /more than 255 bytes/],
    ["a\nb", /control character at position 1/],
    ["a.\u0000", /control character at position 2/],
    ["\u007f", /control character/],
    ["a\u0085", /control character/],
    ["a.*.b", /component \* is a wildcard/],
    ["#", /component # is a wildcard/],
    ["_design/index", /leading _/],
    ["a\ud800b", /surrogate/],
    ["\udc00", /surrogate/],
    [undefined, /is a undefined, not a string/],
    [7, /is a number, not a string/],
    [null, /is a null/],
  ])("%j is not", (name, message) =>
    expect(() => checkMetricName(name as string)).toThrow(refusal("metric-name", message)),
  )

  test("an error shows the name, but not all of a long one", () => {
    expect(() => checkMetricName("a\u0000")).toThrow(/"a\\u0000"/)
    expect(() => checkMetricName("b".repeat(1e6))).toThrow(/^.{0,200}$/)
  })

  test.each([
    ["lab.power", true],
    ["a1.b2.c_", true],
    ["lab", false],
    ["a.b", false],
    ["lab.1V", false],
    ["lab.power ", false],
    ["lab-1.power", false],
    ["lab.power.", false],
  ])("%s follows the convention: %s", (name, conventional) => expect(isConventionalMetricName(name)).toBe(conventional))

  test("the convention is checked in no time", () => {
    const start = performance.now()
    expect(isConventionalMetricName(`${"aa".repeat(1e6)}!`)).toBe(false)
    expect(isConventionalMetricName(`${"aa.".repeat(84)}!`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe("tokens", () => {
  test.each(["source-py-dummy", "sink.0123456789abcdef0123456789abcdef", "a", "ä b", "t".repeat(210)])(
    "%s is possible",
    (token) => {
      expect(() => checkToken(token)).not.toThrow()
      expect(Buffer.byteLength(sinkDataQueue(token, "f".repeat(32)))).toBeLessThanOrEqual(255)
      expect(Buffer.byteLength(dataQueue(token, "quorum"))).toBeLessThanOrEqual(255)
    },
  )

  test.each(["", "t".repeat(211), "ä".repeat(106), "a\tb", "_id", "\ud83d"])("%j is not", (token) => {
    expect(() => checkToken(token)).toThrow(refusal("token", /cannot be the token of a client/))
  })
})
