import { type HistoryContext, HistoryRequestType } from "@metricq/client"
import { expect, test } from "vitest"
import { StoragePlan } from "../configuration/storage-plan.js"
import { WorkMeter } from "../self-metrics/work-meter.js"
import { HistoryDesk, type HistoryDeskParts } from "./history-desk.js"

type Answer = HistoryDeskParts["answer"]

const request = { startTimeNs: 0n, endTimeNs: 10n, intervalMaxNs: 0n, type: HistoryRequestType.flexTimeline }
const context = (): HistoryContext => ({
  signal: new AbortController().signal,
  fromToken: undefined,
  maxAnswerBytes: 100 * 1024 * 1024,
})
const empty: Answer = async () => ({})
const untilAborted: Answer = (_, __, { signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))

/** A desk of a database that has stored `lab.a`. */
function desk(document: object, { answer = empty, historic = [] as string[] } = {}) {
  const meter = new WorkMeter()
  const made = new HistoryDesk(new StoragePlan("db", document), {
    meter,
    isStored: (metric) => metric === "lab.a",
    isHistoric: async (metric) => historic.includes(metric),
    answer,
  })
  return { made, meter, ask: (metric = "lab.a", about = context()) => made.take(metric, request, about) }
}

test("what is stored is answered, whether or not the configuration still stores it", async () => {
  expect(await desk({}).ask()).toEqual({})
  expect(await desk({ patterns: ["**"] }).ask()).toEqual({})
  const told: Answer = async (_, __, { compatible }) => ({ metric: compatible ? "compatible" : "better" })
  expect(await desk({ compatible: true }, { answer: told }).ask()).toEqual({ metric: "compatible" })
})

test("whoever would store a metric says that it has not", async () => {
  const refused = {
    code: "not-stored",
    message: expect.stringMatching(/lab.b .*no settings found to create metric lab.b/),
  }
  await expect(desk({ patterns: ["lab.**"] }).ask("lab.b")).rejects.toMatchObject(refused)
  await expect(desk({ patterns: ["lab.**"] }, { historic: ["lab.b"] }).ask("lab.b")).rejects.toMatchObject(refused)
})

test("who would not store it leaves the answer to who does, if there is one", async () => {
  expect(await desk({ patterns: ["/^hall/"] }, { historic: ["lab.b"] }).ask("lab.b")).toBeUndefined()
  await expect(desk({ patterns: ["/^hall/"] }).ask("lab.b")).rejects.toMatchObject({ code: "not-stored" })
})

test("rows, bytes and time are limited, and the error says what to do", async () => {
  const about = context()
  const limits: object[] = []
  const tooMany: Answer = async (_, __, options) => {
    limits.push(options)
    return { metric: "lab.a", error: "the answer about lab.a over 10 ns would be too long: more than 7 points" }
  }
  const few = desk({ limits: { rows: 7, bytes: 2048 } }, { answer: tooMany })
  await expect(few.ask("lab.a", about)).rejects.toMatchObject({
    code: "too-large",
    message: expect.stringContaining("more than 7 points"),
  })
  expect(limits).toMatchObject([{ maxRows: 7, maxBytes: 2048 }])
  expect(about.maxAnswerBytes).toBe(2048)
  await expect(desk({ limits: { time: "10ms" } }, { answer: untilAborted }).ask()).rejects.toMatchObject({
    code: "timeout",
    message: expect.stringMatching(/longer than 10ms .*longer intervals/),
  })
})

test("so many are worked on at once, by the plan of the moment", async () => {
  const begun: (() => void)[] = []
  const held: Answer = () => new Promise((resolve) => begun.push(() => resolve({})))
  const { made, meter, ask } = desk({ limits: { requests: 1, waiting: 1 } }, { answer: held })
  const [first, second] = [ask(), ask()]
  await Promise.resolve()
  await expect(ask()).rejects.toMatchObject({ code: "busy" })
  made.follow(new StoragePlan("db", { limits: { requests: 3 } }))
  expect(meter.sample()).toMatchObject({ activeCount: 1, pendingCount: 1, failedCount: 1 })
  begun[0]?.()
  await first
  begun[1]?.()
  await second
  expect(meter.sample()).toMatchObject({ activeCount: 0, pendingCount: 0 })
})

test("what nobody waits for any more is ended", async () => {
  const controller = new AbortController()
  const about = { ...context(), signal: controller.signal }
  const asked = desk({}, { answer: untilAborted }).ask("lab.a", about)
  controller.abort(new Error("connection lost"))
  await expect(asked).rejects.toThrow("connection lost")
})
