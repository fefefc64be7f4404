import fc from "fast-check"
import protobuf from "protobufjs"
import { describe, expect, test } from "vitest"
import {
  type AggregateColumns,
  ColumnBuffer,
  decodeDataChunk,
  decodeDataChunkInto,
  decodeHistoryRequest,
  decodeHistoryResponse,
  encodeDataChunk,
  encodeHistoryRequest,
  encodeHistoryResponse,
  type HistoryResponse,
} from "./index.js"

/** protobufjs as the oracle: what it writes we read, what we write it reads, and both mean the same. */
const { root } = protobuf.parse(
  `syntax = "proto3";
  message DataChunk { repeated int64 time_delta = 1; repeated double value = 2; }
  message Unpacked { repeated int64 time_delta = 1 [packed = false]; repeated double value = 2 [packed = false]; }
  message Request { int64 start_time = 1; int64 end_time = 2; int64 interval_max = 3; int32 type = 4; }
  message Aggregate {
    double minimum = 1; double maximum = 2; double sum = 3; uint64 count = 4; double integral = 5; int64 active_time = 6;
  }
  message Response {
    string metric = 1; repeated int64 time_delta = 2;
    repeated double value_min = 3; repeated double value_max = 4; repeated double value_avg = 5;
    repeated Aggregate aggregate = 6; repeated double value = 7; string error = 8;
  }`,
  { keepCase: true },
)
const types = {
  chunk: root.lookupType("DataChunk"),
  unpacked: root.lookupType("Unpacked"),
  request: root.lookupType("Request"),
  response: root.lookupType("Response"),
}

type Plain = Record<string, unknown>
const write = (type: protobuf.Type, plain: Plain) => type.encode(type.fromObject(plain)).finish()
const read = (type: protobuf.Type, body: Uint8Array) =>
  type.toObject(type.decode(body), { longs: String, arrays: true, defaults: true }) as Plain

const int64 = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-1000n, 1000n),
  fc.integer({ min: 0, max: 63 }).map((bits) => BigInt.asIntN(64, 1n << BigInt(bits))),
  fc.integer({ min: 0, max: 62 }).map((bits) => (1n << BigInt(bits)) - 1n),
  fc.bigInt(1_600_000_000_000_000_000n, 1_900_000_000_000_000_000n),
)
const double = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, 1e308))
const point = fc.tuple(int64, double)
const points = fc.oneof(
  { weight: 5, arbitrary: fc.array(point) },
  { weight: 1, arbitrary: fc.array(point, { minLength: 30, maxLength: 200 }) },
)

function deltas(times: Iterable<bigint>): string[] {
  let previous = 0n
  return Array.from(times, (time) => {
    const delta = BigInt.asIntN(64, time - previous)
    previous = time
    return String(delta)
  })
}

const columns = (list: [bigint, number][]) => ({
  times: BigInt64Array.from(list, ([time]) => time),
  values: Float64Array.from(list, ([, value]) => value),
})

describe("data chunk", () => {
  const plain = (list: [bigint, number][]) => ({
    time_delta: deltas(list.map(([t]) => t)),
    value: list.map(([, v]) => v),
  })

  test("ours is read by protobufjs, byte for byte as it writes", () => {
    fc.assert(
      fc.property(points, (list) => {
        const { times, values } = columns(list)
        const body = encodeDataChunk(times, values)
        expect(read(types.chunk, body)).toEqual(plain(list))
        expect([...body]).toEqual([...write(types.chunk, plain(list))])
      }),
      { numRuns: 1000 },
    )
  })

  test("theirs is read by us, packed and unpacked parts after each other", () => {
    const part = fc.record({ list: points, packed: fc.boolean() })
    const buffer = new ColumnBuffer(0)
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        let last = 0n
        const bodies = parts.map(({ list, packed }) => {
          const { time_delta, value } = plain(list)
          if (list.length > 0) time_delta[0] = String(BigInt.asIntN(64, list[0]![0] - last))
          last = list.at(-1)?.[0] ?? last
          return Buffer.from(write(packed ? types.chunk : types.unpacked, { time_delta, value }))
        })
        const expected = columns(parts.flatMap(({ list }) => list))
        expect(decodeDataChunk(Buffer.concat(bodies))).toEqual(expected)
        decodeDataChunkInto(Buffer.concat(bodies), buffer)
        expect(buffer.columns()).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test("unknown fields of theirs do not disturb", () => {
    fc.assert(
      fc.property(
        points,
        fc.array(unknownField, { maxLength: 5 }),
        fc.array(unknownField, { maxLength: 5 }),
        (list, before, after) => {
          const body = Buffer.concat([...before, write(types.chunk, plain(list)), ...after])
          expect(decodeDataChunk(body)).toEqual(columns(list))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** A field of any wire type whose number no message uses. */
const unknownField = fc
  .tuple(
    fc.integer({ min: 9, max: 2 ** 29 - 1 }),
    fc.constantFrom(0, 1, 2, 3, 5),
    fc.uint8Array({ maxLength: 20 }),
    int64,
  )
  .map(([id, wireType, payload, number]) => {
    const writer = protobuf.Writer.create().uint32(((id << 3) | wireType) >>> 0)
    if (wireType === 0) writer.int64(protobuf.util.LongBits.from(Number(BigInt.asIntN(53, number))).toLong())
    else if (wireType === 1) writer.double(Number(number))
    else if (wireType === 2) writer.bytes(payload)
    else if (wireType === 3)
      writer
        .uint32(0x48)
        .int32(-1)
        .uint32(0x52)
        .bytes(payload)
        .uint32(((id << 3) | 4) >>> 0)
    else writer.fixed32(payload.length)
    return writer.finish()
  })

test("history request, both ways", () => {
  const request = fc.record({
    startTimeNs: int64,
    endTimeNs: int64,
    intervalMaxNs: int64,
    type: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  })
  fc.assert(
    fc.property(request, fc.array(unknownField, { maxLength: 3 }), (own, unknown) => {
      const plain = {
        start_time: String(own.startTimeNs),
        end_time: String(own.endTimeNs),
        interval_max: String(own.intervalMaxNs),
        type: own.type,
      }
      expect(read(types.request, encodeHistoryRequest(own))).toEqual(plain)
      expect(decodeHistoryRequest(Buffer.concat([...unknown, write(types.request, plain)]))).toEqual(own)
    }),
    { numRuns: 1000 },
  )
})

describe("history response", () => {
  const column = fc.array(double, { maxLength: 60 }).map((list) => Float64Array.from(list))
  const uint64 = int64.map((value) => BigInt.asUintN(64, value))
  const aggregate = fc.tuple(double, double, double, uint64, double, int64)
  const response: fc.Arbitrary<HistoryResponse> = fc.record({
    metric: fc.string({ unit: "grapheme" }),
    times: fc.array(int64, { maxLength: 60 }).map((list) => BigInt64Array.from(list)),
    values: column,
    aggregates: fc.array(aggregate, { maxLength: 30 }).map(aggregateColumns),
    legacy: fc.record({ minimum: column, maximum: column, average: column }),
    error: fc.string({ unit: "grapheme" }),
  })

  test("ours is read by protobufjs, and theirs by us", () => {
    fc.assert(
      fc.property(response, fc.array(unknownField, { maxLength: 3 }), (own, unknown) => {
        const plain = plainResponse(own)
        expect(read(types.response, encodeHistoryResponse(own))).toEqual(plain)
        expect(decodeHistoryResponse(Buffer.concat([...unknown, write(types.response, plain)]))).toEqual(own)
      }),
      { numRuns: 1000 },
    )
  })

  function aggregateColumns(list: [number, number, number, bigint, number, bigint][]): AggregateColumns {
    return {
      minimum: Float64Array.from(list, (row) => row[0]),
      maximum: Float64Array.from(list, (row) => row[1]),
      sum: Float64Array.from(list, (row) => row[2]),
      count: BigUint64Array.from(list, (row) => row[3]),
      integralNs: Float64Array.from(list, (row) => row[4]),
      activeTimeNs: BigInt64Array.from(list, (row) => row[5]),
    }
  }

  function plainResponse({ metric, times, values, aggregates, legacy, error }: HistoryResponse): Plain {
    return {
      metric,
      time_delta: deltas(times),
      value_min: [...legacy.minimum],
      value_max: [...legacy.maximum],
      value_avg: [...legacy.average],
      aggregate: Array.from(aggregates.count, (count, i) => ({
        minimum: aggregates.minimum[i],
        maximum: aggregates.maximum[i],
        sum: aggregates.sum[i],
        count: String(count),
        integral: aggregates.integralNs[i],
        active_time: String(aggregates.activeTimeNs[i]),
      })),
      value: [...values],
      error,
    }
  }
})
