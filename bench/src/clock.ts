import { Timestamp } from "@metricq/protocol"
import { isMain, measure, printTable, type Work } from "./measure.js"

/** Nanoseconds to ask for the time, beside what the platform offers. */
export async function run(): Promise<void> {
  const ns = measure({
    "Timestamp.now()": repeat(() => Timestamp.now().posixNs),
    "process.hrtime.bigint()": repeat(() => process.hrtime.bigint()),
    "Date.now()": repeat(() => Date.now()),
  })
  printTable(
    ["call", "ns"],
    Object.entries(ns).map(([call, cost]) => [call, cost.toFixed(0)]),
  )
}

function repeat(read: () => bigint | number): Work {
  return (times) => {
    let last: bigint | number = 0
    for (let i = 0; i < times; i++) last = read()
    return Number(last)
  }
}

if (isMain(import.meta.url)) await run()
