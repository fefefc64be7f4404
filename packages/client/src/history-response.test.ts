import { decodeHistoryResponse, encodeHistoryResponse, type HistoryResponseParts, Timestamp } from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import { HistoryError } from "./errors.js"
import { HistoryResponse } from "./history-response.js"
import { codeOfText, durationOf, isTooLarge, tooLarge } from "./history-wire.js"

const times = BigInt64Array.of(10n, 20n, 40n)
const three = (...numbers: number[]) => Float64Array.from(numbers)
const response = (parts: HistoryResponseParts) =>
  new HistoryResponse(decodeHistoryResponse(encodeHistoryResponse({ metric: "a.b", ...parts })))

const values = response({ times, values: three(1, 2, 3) })
const legacy = response({
  times,
  legacy: { minimum: three(1, 2, 3), maximum: three(5, 6, 7), average: three(3, 4, 5) },
})
const aggregates = response({
  times,
  aggregates: {
    minimum: three(1, 2, 3),
    maximum: three(4, 5, 6),
    sum: three(5, 7, 9),
    count: BigUint64Array.of(2n, 2n, 0n),
    integralNs: three(30, 70, 90),
    activeTimeNs: BigInt64Array.of(10n, 20n, 0n),
  },
})

describe("a history response", () => {
  test("has columns of its mode, and of no other", () => {
    const modes = ["values", "aggregates", "legacy", "empty"]
    expect([values.mode, aggregates.mode, legacy.mode, response({}).mode]).toEqual(modes)
    expect(values.points).toEqual({ times, values: three(1, 2, 3) })
    expect([values.length, values.timeline.length]).toEqual([3, 0])
    expect([aggregates.points.times.length, aggregates.timeline.length]).toEqual([0, 3])
    expect(aggregates.timeline.times).toEqual(times)
    expect(legacy.legacy.average).toEqual(three(3, 4, 5))
  })

  test("gives points one by one, those of aggregates only when asked to", () => {
    expect([...values.values()].map(({ timestamp, value }) => [timestamp.posixNs, value])).toEqual([
      [10n, 1],
      [20n, 2],
      [40n, 3],
    ])
    expect(() => aggregates.values()).toThrow(
      expect.objectContaining({ code: "history-mode", message: expect.stringMatching(/a\.b.*"aggregates".*convert/) }),
    )
    expect(() => legacy.values()).toThrow(/convert/)
    expect([...aggregates.values({ convert: true })].map(({ value }) => value)).toEqual([3, 3.5, Number.NaN])
    expect([...legacy.values({ convert: true })].map(({ value }) => value)).toEqual([3, 4, 5])
    expect([...response({}).values()]).toEqual([])
  })

  test("gives aggregates one by one, those of points from one to the next", () => {
    expect([...aggregates.aggregates()]).toMatchObject([
      { timestamp: { posixNs: 10n }, count: 2, mean: 3, activeTime: { ns: 10n } },
      { timestamp: { posixNs: 20n } },
      { timestamp: { posixNs: 40n } },
    ])
    expect([...legacy.aggregates()][1]).toMatchObject({ minimum: 2, maximum: 6, sum: 4, count: 1, integralNs: 0 })
    expect(() => values.aggregates()).toThrow(/convert/)
    expect([...values.aggregates({ convert: true })]).toMatchObject([
      { timestamp: { posixNs: 10n }, minimum: 2, sum: 2, count: 1, integralNs: 20, activeTime: { ns: 10n } },
      { timestamp: { posixNs: 20n }, minimum: 3, integralNs: 60, activeTime: { ns: 20n } },
    ])
    expect([...response({}).aggregates()]).toEqual([])
    const backwards = response({ times: BigInt64Array.of(20n, 10n), values: three(1, 2) })
    expect(() => [...backwards.aggregates({ convert: true })]).toThrow(
      expect.objectContaining({ name: "NonMonotonicTimestamps" }),
    )
  })

  test("an aggregate is found by its place", () => {
    expect(aggregates.timeline.at(2)?.timestamp).toEqual(Timestamp.fromNs(40n))
    expect([aggregates.timeline.at(3), aggregates.timeline.at(-1)]).toEqual([undefined, undefined])
    expect([...aggregates.timeline].map(({ sum }) => sum)).toEqual([5, 7, 9])
  })
})

describe("the wire of history", () => {
  test.each([
    ["0.000123", 0.000123],
    ["1", 1],
    [" 60.000000", 60],
    ["1500.000000", 1500],
    ["123456", 0.000123456],
    ["999", 999],
    [0.5, 0.5],
    [2, 2],
    [123_456n, 0.000123456],
    [5_000_000, 0.005],
    ["", undefined],
    ["-1", undefined],
    ["soon", undefined],
    ["inf", undefined],
    ["Infinity", undefined],
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
  ])("a duration of %s is %s s", (header, seconds) => expect(durationOf(header)).toBe(seconds))

  test("an answer that is too large is known by its code, or by its text", () => {
    const error = tooLarge(35.5 * 1024 * 1024, 12 * 1024 * 1024)
    expect(error.message).toMatch(/36 MiB, at most 12 MiB.*shorter time/)
    expect(tooLarge(1000, 100).message).toMatch(/1000 bytes, at most 100 bytes/)
    expect([isTooLarge(error), codeOfText(error.message)]).toEqual([true, "too-large"])
    expect(codeOfText("MaxMessageSizeExceeded")).toBe("too-large")
    expect(codeOfText("begin timestamp 5 larger than end timestamp 3")).toBe("history-error")
    expect(isTooLarge(new HistoryError("history-error", error.message))).toBe(false)
  })
})
