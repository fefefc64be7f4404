import type { Columns } from "@metricq/client"

/** What a process of the benches of the data path does. */
export interface Job {
  role: "broker" | "raw-producer" | "raw-consumer" | "raw-writer" | "source" | "sink"
  url: string
  /** Of the queue that is consumed. */
  queue: string
  metric: string
  /** Sent in turns in place of `metric`, by plain amqplib. */
  keys?: readonly string[]
  durability: "persistent" | "transient"
  messages: number
  /** More messages before these, which do not count: programs get warm. Only of plain programs; default 0. */
  warmUp?: number
  /** Points a message. */
  chunk: number
  /** How ours is used: by columns, or one point at a time. */
  door: "columns" | "points"
  /** Messages a second; 0 for as many as possible. */
  rate: number
  body: string
}

/** What it has seen. Times are of the system clock, in ms. */
export interface Report {
  beganMs?: number
  endedMs?: number
  cpuS?: number
  /** Of each message, if a rate was given. */
  latenciesMs?: number[]
  port?: number
}

/** A process at one end of a stream. */
export interface End {
  /** Resolves when it is connected. */
  ready: Promise<Report>
  /** Starts it; resolves when all is sent, or has arrived. Once. */
  run(): Promise<Report>
  close(): Promise<void>
}

/** Points 100 µs apart. */
export function referenceColumns(points: number): Columns {
  const times = new BigInt64Array(points)
  const values = new Float64Array(points)
  for (let i = 0; i < points; i++) {
    times[i] = 1_600_000_000_000_000_000n + 100_000n * BigInt(i)
    values[i] = i
  }
  return { times, values }
}
