import { describe, expect, test } from "vitest"
import {
  decodeHistoryRequest,
  decodeHistoryResponse,
  encodeHistoryRequest,
  encodeHistoryResponse,
  HistoryRequestType,
  type HistoryResponseParts,
  historyAggregate,
  historyResponseMode,
  InvalidHistoryResponse,
} from "./index.js"

const times = BigInt64Array.of(10n, 20n)
const pair = Float64Array.of(1, 2)
const aggregates = {
  minimum: pair,
  maximum: pair,
  sum: pair,
  count: BigUint64Array.of(0n, 2n ** 64n - 1n),
  integralNs: pair,
  activeTimeNs: BigInt64Array.of(-5n, 0n),
}
const decoded = (parts: HistoryResponseParts) => decodeHistoryResponse(encodeHistoryResponse(parts))

describe("historyResponseMode", () => {
  test.each<[string, HistoryResponseParts]>([
    ["empty", {}],
    ["empty", { legacy: { average: pair } }],
    ["values", { times, values: pair }],
    ["aggregates", { times, aggregates }],
    ["legacy", { times, legacy: { minimum: pair, maximum: pair, average: pair } }],
  ])("%s", (mode, parts) => expect(historyResponseMode(decoded(parts))).toBe(mode))

  test.each<HistoryResponseParts>([
    { times },
    { values: pair },
    { aggregates },
    { legacy: { minimum: pair } },
    { times, values: pair.subarray(1) },
    { times, values: pair, aggregates },
    { times, legacy: { average: pair } },
    { times, legacy: { average: pair, minimum: pair, maximum: pair }, values: pair.subarray(1) },
  ])("an answer that contradicts itself is an error %#", (parts) => {
    const response = decoded({ metric: "a.b", ...parts })
    expect(() => historyResponseMode(response)).toThrow(InvalidHistoryResponse)
    expect(() => historyResponseMode(response)).toThrow(/a\.b has \d times/)
  })
})

describe("history response", () => {
  test("gives aggregates one by one, and none beyond the end", () => {
    const response = decoded({ times, aggregates })
    expect(historyAggregate(response, 0)).toMatchObject({
      minimum: 1,
      count: 0,
      integralNs: 1,
      activeTime: { ns: -5n },
    })
    expect(historyAggregate(response, 1)).toMatchObject({ timestamp: { posixNs: 20n }, count: 2 ** 64 })
    expect(historyAggregate(response, 2)).toBeUndefined()
  })

  test("the last of a repeated text counts, and bad UTF-8 is an error only in the name", () => {
    expect(decodeHistoryResponse(Uint8Array.of(0x0a, 1, 0x61, 0x0a, 1, 0x62)).metric).toBe("b")
    expect(decodeHistoryResponse(Uint8Array.of(0x42, 1, 0xff)).error).toBe("\ufffd")
    expect(() => decodeHistoryResponse(Uint8Array.of(0x0a, 1, 0xff))).toThrow(/byte 2: field 1 \(metric\) is no UTF-8/)
  })

  test("columns of aggregates that differ in length are an error", () => {
    const encode = () => encodeHistoryResponse({ aggregates: { ...aggregates, sum: new Float64Array(1) } })
    expect(encode).toThrow(
      expect.objectContaining({ code: "history-response", message: expect.stringContaining("2, 2, 1") }),
    )
  })

  test("a message of nothing but empty aggregates is refused before it is given memory", () => {
    const hostile = new Uint8Array(20_000)
    for (let i = 0; i < hostile.length; i += 2) hostile[i] = 0x32
    expect(() => decodeHistoryResponse(hostile)).toThrow(/10000 aggregates in 20000 bytes/)
    expect(decodeHistoryResponse(hostile.subarray(0, 40)).aggregates.count.length).toBe(20)
  })

  test("an aggregate that its message cuts off is an error with its place", () => {
    expect(() => decodeHistoryResponse(Uint8Array.of(0x32, 3, 0x09, 1, 2))).toThrow(/byte 2: field 1 runs past/)
    expect(() => decodeHistoryResponse(Uint8Array.of(0x12, 2, 1, 0x80))).toThrow(/byte 3: a varint/)
    expect(() => decodeHistoryResponse(Uint8Array.of(0x1a, 2, 1, 1))).toThrow(/byte 0: field 3 has 2 bytes/)
  })
})

describe("history request", () => {
  test("what is left out is zero, and zero is nothing on the wire", () => {
    expect([...encodeHistoryRequest({ type: HistoryRequestType.lastValue })]).toEqual([0x20, 2])
    expect(decodeHistoryRequest(new Uint8Array(0))).toEqual({
      startTimeNs: 0n,
      endTimeNs: 0n,
      intervalMaxNs: 0n,
      type: 0,
    })
  })

  test("an unknown type or a time beyond int64 is an error", () => {
    expect(() => decodeHistoryRequest(Uint8Array.of(0x20, 4))).toThrow(
      expect.objectContaining({ code: "history-type" }),
    )
    expect(() => encodeHistoryRequest({ endTimeNs: 2n ** 63n })).toThrow(
      expect.objectContaining({ code: "time-range" }),
    )
  })
})
