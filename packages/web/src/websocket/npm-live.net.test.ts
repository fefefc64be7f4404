import { createRequire } from "node:module"
import { Timestamp } from "@metricq/client"
import type { TestNetwork, TestSource } from "@metricq/testkit"
import { expect, onTestFinished, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

/** What `@metricq/live` of npm offers. */
interface LiveOfNpm {
  subscribe(metrics: string | readonly string[]): void
  onData(metric: string, time: { valueOf(): number }, value: number): void
  onMetaData(metric: string, metadata: { unit?: string } | null): void
  onError(error: unknown): void
  onClose(event: { code: number }): void
  readonly ws: { close(): void } | undefined
}

const MetricQLive = createRequire(import.meta.url)("@metricq/live") as { connect(url: string): Promise<LiveOfNpm> }

test.each(["", "ws"])("@metricq/live of npm works at the address of the page, /%s", async (path) => {
  let source: TestSource | undefined
  const web = await WebUnderTest.start(
    { onTestFinished: (end) => onTestFinished(async () => void (await end())) },
    async (net: TestNetwork) => {
      source = await net.source("source-t", { metrics: { "lab.power": { unit: "W" }, "lab.more": {} } })
    },
  )
  const { live, log } = await connected(web.url(path))
  live.subscribe(["lab.power", "no.such"])
  await expect.poll(() => log.metadata).toEqual({ "lab.power": "W", "no.such": null })
  live.subscribe("lab.more")
  await expect.poll(() => log.metadata).toEqual({ "lab.power": "W", "no.such": null, "lab.more": undefined })
  const timeMs = Date.now()
  await source!.send("lab.power", Timestamp.fromNs(BigInt(timeMs) * 1_000_000n), 131.2)
  await source!.send("lab.power", Timestamp.fromNs(BigInt(timeMs + 100) * 1_000_000n), 1)
  await source!.send("lab.power", Timestamp.fromNs(BigInt(timeMs + 600) * 1_000_000n), Number.NaN)
  await source!.send("lab.power", Timestamp.fromNs(BigInt(timeMs + 700) * 1_000_000n), -5)
  await expect
    .poll(() => log.data)
    .toEqual([
      ["lab.power", timeMs, 131.2],
      ["lab.power", timeMs + 700, -5],
    ])
  live.subscribe(["lab.#"])
  await expect.poll(() => log.closed).toBe(1000)
  expect(log.errors).toEqual([])
})

async function connected(url: string) {
  const live = await MetricQLive.connect(url.replace("http", "ws"))
  const log = {
    metadata: {} as Record<string, string | undefined | null>,
    data: [] as [string, number, number][],
    errors: [] as unknown[],
    closed: undefined as number | undefined,
  }
  live.onMetaData = (metric, metadata) => {
    log.metadata[metric] = metadata === null ? null : metadata.unit
  }
  live.onData = (metric, time, value) => void log.data.push([metric, time.valueOf(), value])
  live.onError = (error) => void log.errors.push(error)
  live.onClose = ({ code }) => {
    log.closed = code
  }
  onTestFinished(() => live.ws?.close())
  return { live, log }
}
