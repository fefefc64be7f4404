import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import {
  decodeDataChunk,
  decodeHistoryRequest,
  decodeHistoryResponse,
  encodeDataChunk,
  encodeHistoryRequest,
  encodeHistoryResponse,
  type HistoryResponse,
  historyAggregate,
  historyResponseMode,
  parseJson,
} from "./index.js"

/** Recorded from the original's Python client, a test database and its C++ database. */
function fixture<Entry>(name: string): Entry[] {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")
  const exact = text.replace(/(?<=[[\s:,]\s*)-?\d{16,}(?=\s*[,\]}\n])/g, '"$&"')
  return parseJson(exact) as Entry[]
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

type Numeral = string | number

interface RecordedAggregate {
  minimum?: number
  maximum?: number
  sum?: number
  count?: Numeral
  integral?: number
  activeTime?: Numeral
  active_time?: Numeral
}

interface RecordedMessage {
  metric?: string
  timeDelta?: Numeral[]
  time_delta?: Numeral[]
  aggregate?: RecordedAggregate[]
  value?: number[]
  error?: string
  startTime?: Numeral
  endTime?: Numeral
  intervalMax?: Numeral
  type?: string
}

const types = ["AGGREGATE_TIMELINE", "AGGREGATE", "LAST_VALUE", "FLEX_TIMELINE"]

describe("data chunks", () => {
  const entries = fixture<{ body_hex: string; points_ns_value?: [string, string][]; time_delta?: string[] }>(
    "data-chunks",
  )

  test.each(entries.map((entry, i) => [i, entry] as const))("%i", (_, { body_hex, points_ns_value = [] }) => {
    const body = bytes(body_hex)
    const { times, values } = decodeDataChunk(body)
    expect([...times]).toEqual(points_ns_value.map(([ns]) => BigInt(ns)))
    expect([...values]).toEqual(points_ns_value.map(([, value]) => Number(value === "inf" ? "Infinity" : value)))
    expect(encodeDataChunk(times, values)).toEqual(body)
  })

  test("there are all of them", () => expect(entries.length).toBe(30))
})

describe("history messages of the Python client and a test database", () => {
  const entries = fixture<{ body_hex: string; decoded: RecordedMessage }>("history-messages")

  test.each(entries.map((entry, i) => [i, entry] as const))("%i", (_, { body_hex, decoded }) => {
    const body = bytes(body_hex)
    if (decoded.metric === undefined) checkRequest(body, decoded)
    else checkResponse(body, decoded)
  })
})

describe("questions to the C++ database and its answers", () => {
  interface Entry {
    request_hex?: string
    response_hex?: string
    response?: RecordedMessage
    begin_s: number
    end_s: number
    interval_s: number
    type: string
    T0: Numeral
  }
  const entries = fixture<Entry>("history-db-hta")

  test.each(entries.map((entry, i) => [i, entry] as const))("%i", (_, entry) => {
    if (entry.request_hex !== undefined) {
      const body = bytes(entry.request_hex)
      const request = decodeHistoryRequest(body)
      expect(types[request.type]).toBe(entry.type)
      if (entry.interval_s !== -1) expect(request.intervalMaxNs).toBe(BigInt(entry.interval_s * 1e9))
      if (request.startTimeNs !== 0n) expect(request.startTimeNs).toBe(BigInt(entry.T0) + BigInt(entry.begin_s * 1e9))
      expect(encodeHistoryRequest(request)).toEqual(body)
    }
    if (entry.response_hex !== undefined) checkResponse(bytes(entry.response_hex), entry.response!)
  })

  test("a request of nonsense is an error", () => {
    expect(() => decodeHistoryRequest(bytes("ffffffff"))).toThrow(/byte 0/)
  })
})

function checkRequest(body: Uint8Array, decoded: RecordedMessage): void {
  const request = decodeHistoryRequest(body)
  expect(request).toEqual({
    startTimeNs: BigInt(decoded.startTime ?? 0),
    endTimeNs: BigInt(decoded.endTime ?? 0),
    intervalMaxNs: BigInt(decoded.intervalMax ?? 0),
    type: types.indexOf(decoded.type ?? "AGGREGATE_TIMELINE"),
  })
  expect(encodeHistoryRequest(request)).toEqual(body)
}

function checkResponse(body: Uint8Array, recorded: RecordedMessage): void {
  const response = decodeHistoryResponse(body)
  expect(response.metric).toBe(recorded.metric)
  expect(response.error).toBe(recorded.error ?? "")
  expect([...response.times]).toEqual(sums(recorded.timeDelta ?? recorded.time_delta ?? []))
  expect([...response.values]).toEqual(recorded.value ?? [])
  const aggregates = recorded.aggregate ?? []
  expect(aggregatesOf(response)).toEqual(aggregates.map(plainAggregate))
  const mode = aggregates.length > 0 ? "aggregates" : response.values.length > 0 ? "values" : "empty"
  expect(historyResponseMode(response)).toBe(mode)
  expect(encodeHistoryResponse(response)).toEqual(body)
}

function sums(deltas: Numeral[]): bigint[] {
  let sum = 0n
  return deltas.map((delta) => {
    sum += BigInt(delta)
    return sum
  })
}

function plainAggregate(aggregate: RecordedAggregate) {
  const { minimum = 0, maximum = 0, sum = 0, count = 0, integral = 0 } = aggregate
  const activeNs = BigInt(aggregate.activeTime ?? aggregate.active_time ?? 0)
  return { minimum, maximum, sum, count: Number(count), integralNs: integral, activeNs }
}

function aggregatesOf(response: HistoryResponse) {
  return Array.from(response.aggregates.count, (_, i) => {
    const { minimum, maximum, sum, count, integralNs, activeTime } = historyAggregate(response, i)!
    return { minimum, maximum, sum, count, integralNs, activeNs: activeTime.ns }
  })
}
