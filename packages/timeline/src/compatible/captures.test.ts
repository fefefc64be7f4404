import { readFileSync } from "node:fs"
import { decodeHistoryRequest, encodeHistoryResponse, HistoryRequestType, parseJson } from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import { levelIntervals } from "../level-parameters.js"
import type { HistorySource } from "../query/history-source.js"
import { readRawFile } from "../testing/hta-archive.js"
import { memoryRun } from "../testing/memory-run.js"
import { compatibleAnswer } from "./compatible-answer.js"

interface Exchange {
  readonly metric: string
  readonly type: string
  readonly begin_s: number
  readonly end_s: number
  readonly interval_s: number
  readonly request_hex?: string
  readonly response_hex?: string
}

/*
 * Recorded with metricq-db-hta over the archive beside it: cap.a has eight points with a gap, cap.alias 250 of one a second, stored under
 * another name than that they came by, cap.one a single point, and cap.empty none. Times of requests count from T0, 1 600 000 000 s.
 */
const fixtures = new URL("../../../", import.meta.url)
const recorded = parseJson(readFileSync(new URL("protocol/fixtures/history-db-hta.json", fixtures), "utf8"))
const exchanges = (recorded as unknown as Exchange[]).filter(({ request_hex }) => request_hex !== undefined)

/** The archive in one run, or in several, with or without rows. */
function sourceOf(metric: string, { pieces, withRows }: { pieces: number; withRows: boolean }): HistorySource {
  const { points, parameters } = readRawFile(new URL(`timeline/fixtures/hta-archive/${metric}/raw.hta`, fixtures))
  const levels = withRows ? levelIntervals(parameters).map((_, level) => level) : []
  const size = Math.ceil(points.length / pieces)
  const runs = Array.from({ length: Math.ceil(points.length / size || 0) }, (_, i) => {
    return memoryRun(points.slice(i * size, (i + 1) * size), parameters, { levels, sequence: i + 1, blockPoints: 7 })
  })
  return { metric, parameters, runs }
}

const shapes = [
  { pieces: 1, withRows: true },
  { pieces: 1, withRows: false },
  { pieces: 3, withRows: true },
]

describe.each(shapes)("the original's recorded answers, byte for byte: %o", (shape) => {
  test.each(exchanges.map((exchange, i) => [i, exchange] as const))("%i $metric", async (_, exchange) => {
    const request = decodeHistoryRequest(Buffer.from(exchange.request_hex!, "hex"))
    const answer = await compatibleAnswer(sourceOf(exchange.metric, shape), request)
    expect(Buffer.from(encodeHistoryResponse(answer)).toString("hex")).toBe(exchange.response_hex)
  })

  test("a request of nonsense, which the original takes for one of zeros, has an empty answer", async () => {
    const request = { startTimeNs: 0n, endTimeNs: 0n, intervalMaxNs: 0n, type: HistoryRequestType.aggregateTimeline }
    const answer = await compatibleAnswer(sourceOf("cap.a", shape), request)
    const nonsense = (recorded as unknown as Exchange[]).find((entry) => "note" in entry && entry.response_hex)
    expect(Buffer.from(encodeHistoryResponse(answer)).toString("hex")).toBe(nonsense?.response_hex)
  })
})

test("all requests are there that were answered", () => expect(exchanges).toHaveLength(31))
