import {
  decodeHistoryResponse,
  encodeHistoryResponse,
  type HistoryRequest,
  historyResponseMode,
} from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import type { LevelParameters } from "../level-parameters.js"
import { originNs } from "../testing/drawn-points.js"
import { memoryRun } from "../testing/memory-run.js"
import { historyAnswer } from "./history-answer.js"
import type { HistoryAnswerOptions, HistorySource } from "./history-source.js"

const second = 1_000_000_000n
const [timeline, aggregate, last, flex] = [0, 1, 2, 3] as const
const parameters: LevelParameters = {
  intervalMinNs: 10n * second,
  intervalMaxNs: 1000n * second,
  intervalFactor: 10,
  maxGapNs: 5n * second,
}

/** A point every second from 3 s to 49 s and, after a gap, from 150 s to 204 s; its value is its second, but the one at 7 s failed. */
const points = Array.from({ length: 102 }, (_, i) => {
  const s = i < 47 ? i + 3 : i + 103
  return { ns: originNs + BigInt(s) * second, value: s === 7 ? Number.NaN : s }
})
const source: HistorySource = {
  metric: "lab.power",
  parameters,
  runs: [memoryRun(points, parameters, { levels: [0] })],
}

async function answer(
  request: { begin?: number; end?: number; interval?: number; type: HistoryRequest["type"] },
  options?: HistoryAnswerOptions,
  from = source,
) {
  const { begin = 0, end = 300, interval = 0, type } = request
  const ns = (s: number) => originNs + BigInt(Math.round(s * 1000)) * 1_000_000n
  const parts = await historyAnswer(
    from,
    { startTimeNs: ns(begin), endTimeNs: ns(end), intervalMaxNs: BigInt(Math.round(interval * 1e9)), type },
    options,
  )
  const response = decodeHistoryResponse(encodeHistoryResponse(parts))
  return {
    ...response,
    mode: historyResponseMode(response),
    seconds: [...response.times].map((timeNs) => Number(timeNs - originNs) / 1e9),
    counts: [...response.aggregates.count].map(Number),
    active: [...response.aggregates.activeTimeNs].map((activeNs) => Number(activeNs) / 1e9),
  }
}

describe("a timeline", () => {
  test("has the newest row, and none for a gap", async () => {
    const { seconds, counts, active } = await answer({ interval: 10, type: timeline })
    expect(seconds).toEqual([0, 10, 20, 30, 40, 140, 150, 160, 170, 180, 190, 200])
    expect(counts).toEqual([6, 10, 10, 10, 10, 0, 10, 10, 10, 10, 10, 5])
    // The second before 7 s is not active; the first value after the gap holds for five seconds.
    expect(active).toEqual([6, 10, 10, 10, 9, 5, 10, 10, 10, 10, 10, 4])
  })

  test("is of whole rows, from the one that holds the begin to the one that holds the end", async () => {
    expect((await answer({ begin: 15, end: 40, interval: 10, type: timeline })).seconds).toEqual([10, 20, 30])
    expect((await answer({ begin: 15, end: 40.001, interval: 10, type: timeline })).seconds).toEqual([10, 20, 30, 40])
  })

  test("is smoothed by rows from the epoch on, if it is flexible", async () => {
    expect((await answer({ begin: 15, interval: 25, type: timeline })).seconds.slice(0, 3)).toEqual([10, 20, 30])
    expect((await answer({ begin: 15, interval: 25, type: flex })).seconds.slice(0, 3)).toEqual([0, 20, 40])
  })

  test("below the shortest level is of rows made of points where these are many", async () => {
    const rows = await answer({ begin: 10, end: 50, interval: 4, type: flex })
    expect(rows.mode).toBe("aggregates")
    expect(rows.seconds).toEqual([8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48])
    expect(rows.counts).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2])
  })

  test("below the shortest level is of points where these are few, with the one before", async () => {
    const values = await answer({ begin: 5.5, end: 9, interval: 0.1, type: flex })
    expect(values.mode).toBe("values")
    expect(values.seconds).toEqual([5, 6, 7, 8])
    expect([...values.values]).toEqual([5, 6, Number.NaN, 8])
    const rows = await answer({ begin: 5.5, end: 9, type: timeline })
    expect(rows.mode).toBe("aggregates")
    expect(rows.seconds).toEqual([5, 6, 8])
    expect(rows.active).toEqual([1, 1, 1])
    expect((await answer({ begin: 149, end: 151, type: timeline })).active).toEqual([1, 5])
  })
})

describe("an aggregate", () => {
  test("is exact for any window, with all its points, stamped with the begin", async () => {
    const one = await answer({ begin: 8.5, end: 10.25, type: aggregate })
    expect([one.seconds, one.counts, one.active]).toEqual([[8.5], [2], [1.75]])
    expect(one.aggregates.integralNs[0]).toBe(0.5e9 * 9 + 1e9 * 10 + 0.25e9 * 11)
    expect((await answer({ type: aggregate })).counts).toEqual([101])
  })

  test("is what a timeline of a negative interval is", async () => {
    for (const type of [timeline, flex]) expect((await answer({ interval: -1, type })).counts).toEqual([101])
  })
})

describe("the last value", () => {
  test("is the last that was measured", async () => {
    expect((await answer({ type: last })).seconds).toEqual([204])
    const failed = points.map((point, i) => (i > 60 ? { ...point, value: Number.NaN } : point))
    const runs = [memoryRun(failed, parameters, { blockPoints: 3 })]
    expect((await answer({ type: last }, {}, { ...source, runs })).seconds).toEqual([163])
    const none = [memoryRun(failed.slice(90), parameters, { blockPoints: 3 })]
    expect((await answer({ type: last }, {}, { ...source, runs: none })).mode).toBe("empty")
  })
})

describe("without points", () => {
  test.each([timeline, last, flex])("an answer of type %i is empty", async (type) => {
    expect((await answer({ type }, {}, { ...source, runs: [] })).mode).toBe("empty")
  })

  test("an aggregate is of nothing", async () => {
    expect((await answer({ type: aggregate }, {}, { ...source, runs: [] })).aggregates.minimum[0]).toBe(
      Number.POSITIVE_INFINITY,
    )
  })
})

describe("an error", () => {
  test("says what is wrong with the window, in the words of the original", async () => {
    const wrong = "invalid request: begin timestamp 1600000010000000000 larger than end timestamp 1600000009000000000"
    const window = { begin: 10, end: 9 }
    expect((await answer({ ...window, type: aggregate })).error).toBe(wrong)
    expect((await answer({ ...window, type: timeline, interval: -1 })).error).toContain(
      `(interval_upper_limit) ${wrong}`,
    )
    expect((await answer({ ...window, type: flex })).error).toContain(wrong)
    expect((await answer({ begin: 9, end: 9, type: aggregate })).error).toContain("larger than")
    expect((await answer({ begin: 9, end: 9, type: flex })).error).toBe("")
  })

  test.each([
    [{ interval: 10, type: timeline }, /more than 8 rows: ask for longer intervals or a shorter time/],
    [{ interval: 0, type: timeline }, /more than 8 points/],
    [{ interval: 0, type: flex }, /more than 34 points: ask for a shorter time or for intervals/],
  ])("says how to ask for less: %o", async (request, message) => {
    const { error, metric } = await answer(request, { maxBytes: 1024 + 34 * 18 })
    expect(error).toMatch(message)
    expect(error).toContain("lab.power")
    expect(metric).toBe("lab.power")
  })

  test("comes out as the reason of a signal that is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(answer({ type: aggregate, end: 100.5 }, { signal })).rejects.toThrow("enough")
  })
})
