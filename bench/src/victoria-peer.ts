import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { freePort } from "@metricq/testkit"
import type { Chunk, StorePeer } from "./store-peer.js"

const PROGRAM = "/usr/bin/victoria-metrics"
/** Chunks of one request: as many as ours may have in flight. */
const CHUNKS_AT_ONCE = 10_000
const POINTS_AT_ONCE = 500_000
const START_TIMEOUT_MS = 20_000

/** Whether Debian's package `victoria-metrics` is installed. */
export function hasVictoria(): boolean {
  return existsSync(PROGRAM)
}

/**
 * VictoriaMetrics as a process of its own with a folder of its own. Points go in as its JSON lines, a line a chunk, answers come back as JSON. Its
 * times are milliseconds, its caches of answers are off. It does not sync what it has taken.
 */
export class VictoriaPeer implements StorePeer {
  readonly name = "VictoriaMetrics"
  readonly #child: ChildProcess
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true })
  /** It looks for the last value within five minutes before a time. */
  #newestNs = 0n

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  static async start(folder: string): Promise<VictoriaPeer> {
    const port = await freePort()
    const limits = ["Query", "Series"].map((what) => `-search.maxSamplesPer${what}=1000000000`)
    const args = [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${folder}`,
      "-retentionPeriod=100y",
      "-loggerLevel=ERROR",
      "-search.maxPointsPerTimeseries=1000000",
      "-search.maxQueryDuration=10m",
      ...limits,
    ]
    const child = spawn(PROGRAM, args, { stdio: "ignore" })
    const kill = () => void child.kill("SIGKILL")
    process.once("exit", kill)
    child.once("exit", () => process.off("exit", kill))
    const peer = new VictoriaPeer(child, port)
    for (const deadline = Date.now() + START_TIMEOUT_MS; ; await sleep(50)) {
      const healthy = await peer.#call("GET", "/health").catch(() => undefined)
      if (healthy !== undefined) return peer
      if (child.exitCode !== null) throw new Error(`VictoriaMetrics ended with code ${child.exitCode}`)
      if (Date.now() > deadline) throw new Error("VictoriaMetrics does not answer")
    }
  }

  async insert(chunks: Iterable<Chunk>): Promise<number> {
    let seconds = 0
    let lines: string[] = []
    let points = 0
    const send = async () => {
      const body = Buffer.from(lines.join("\n"))
      const began = performance.now()
      await this.#call("POST", "/api/v1/import", body)
      seconds += (performance.now() - began) / 1000
    }
    for (const chunk of chunks) {
      points += chunk.columns.times.length
      const lastNs = chunk.columns.times.at(-1)!
      if (lastNs > this.#newestNs) this.#newestNs = lastNs
      if (lines.push(lineOf(chunk)) < CHUNKS_AT_ONCE && points < POINTS_AT_ONCE) continue
      await send()
      ;[lines, points] = [[], 0]
    }
    if (lines.length > 0) await send()
    return seconds
  }

  async settle(): Promise<void> {
    await this.#call("GET", "/internal/force_flush")
    await this.#call("GET", "/internal/force_merge")
    let bytes = -1
    for (let same = 0; same < 8; await sleep(250)) {
      const now = await this.bytes()
      same = now === bytes ? same + 1 : 0
      bytes = now
    }
  }

  /** As it says itself, which may be a second ago: some of it may still be on the way to the disk. */
  async bytes(): Promise<number> {
    const metrics = await this.#call("GET", "/metrics")
    const sizes = metrics.matchAll(/^vm_data_size_bytes\{type="storage\/[^"]*"\} (\d+)/gm)
    return [...sizes].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  }

  async aggregate(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    const rangeMs = (endNs - beginNs) / 1_000_000n
    const query = `avg_over_time(${quoted(metric)}[${rangeMs}ms])`
    const { data } = await this.#ask("query", { query, time: seconds(endNs - 1_000_000n) })
    if (data.result.length === 0) throw new Error(`VictoriaMetrics has no ${metric}`)
    return Number.NaN
  }

  timeline(metric: string, beginNs: bigint, endNs: bigint, intervalNs: bigint): Promise<number> {
    return this.buckets("avg_over_time", metric, beginNs, endNs, intervalNs)
  }

  /** Values of one function of the points of each interval; how many. */
  async buckets(rollup: string, metric: string, beginNs: bigint, endNs: bigint, intervalNs: bigint): Promise<number> {
    const step = `${intervalNs / 1_000_000n}ms`
    const query = `${rollup}(${quoted(metric)}[${step}])`
    const range = { start: seconds(beginNs + intervalNs), end: seconds(endNs), step }
    const { data } = await this.#ask("query_range", { query, ...range })
    return data.result[0]?.values?.length ?? 0
  }

  async raw(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    const range = { start: seconds(beginNs), end: seconds(endNs - 1_000_000n) }
    const query = new URLSearchParams({ "match[]": quoted(metric), ...range })
    const text = await this.#call("GET", `/api/v1/export?${query}`)
    const lines = text.trimEnd().split("\n").filter(Boolean)
    return lines.reduce((sum, line) => sum + (JSON.parse(line) as { values: number[] }).values.length, 0)
  }

  async last(metric: string): Promise<number> {
    const { data } = await this.#ask("query", { query: quoted(metric), time: seconds(this.#newestNs) })
    return Number(data.result[0]?.value?.[1] ?? Number.NaN)
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, "exit")
    this.#child.kill("SIGKILL")
    await exited
  }

  async #ask(what: string, query: Record<string, string>): Promise<Answer> {
    const text = await this.#call("GET", `/api/v1/${what}?${new URLSearchParams({ ...query, nocache: "1" })}`)
    return JSON.parse(text) as Answer
  }

  #call(method: string, path: string, body?: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request({ port: this.#port, host: "127.0.0.1", agent: this.#agent, method, path }, (response) => {
        const parts: Buffer[] = []
        response.on("data", (part: Buffer) => parts.push(part))
        response.on("end", () => {
          const text = Buffer.concat(parts).toString()
          if ((response.statusCode ?? 500) < 300) resolve(text)
          else reject(new Error(`VictoriaMetrics: ${method} ${path}: ${response.statusCode} ${text}`))
        })
      })
      call.on("error", reject)
      call.end(body)
    })
  }
}

interface Answer {
  data: { result: { value?: [number, string]; values?: [number, string][] }[] }
}

function lineOf({ metric, columns: { times, values } }: Chunk): string {
  const timestamps = Array.from(times, (ns) => ns / 1_000_000n)
  return `{"metric":{"__name__":"${metric}"},"values":[${values.join(",")}],"timestamps":[${timestamps.join(",")}]}`
}

/** A name with dots as its query language has it. */
function quoted(metric: string): string {
  return `{__name__="${metric}"}`
}

function seconds(ns: bigint): string {
  return (Number(ns / 1_000_000n) / 1000).toFixed(3)
}
