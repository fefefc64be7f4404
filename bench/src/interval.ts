import { type ClientOptions, IntervalSource, silentLogger } from "@metricq/client"
import { stages } from "./data-path.js"
import { isMain, printTable } from "./measure.js"

/**
 * How well an interval source keeps its rate, beside a plain `setInterval` of the same period, one after the other in this process:
 * calls a second, and deadlines skipped.
 */

const rates = [10, 100, 1000]
const seconds = 10

class Ticking extends IntervalSource {
  updates = 0

  constructor(options: ClientOptions, rate: number) {
    super({ ...options, period: 1 / rate })
  }

  update(): void {
    this.updates++
  }
}

export async function run(): Promise<void> {
  const rows: string[][] = []
  for await (const { url } of stages(["embedded"])) {
    for (const rate of rates) {
      const plain = await countPlain(rate)
      const { updates, skipped, cpu } = await countOurs(url, rate)
      const off = (count: number) => `${(((count / seconds - rate) / rate) * 100).toFixed(2)} %`
      rows.push([`${rate} Hz`, "setInterval", (plain / seconds).toFixed(1), off(plain), "", ""])
      const share = `${((skipped / (updates + skipped)) * 100).toFixed(2)} %`
      rows.push([`${rate} Hz`, "ours", (updates / seconds).toFixed(1), off(updates), share, `${cpu.toFixed(1)} %`])
    }
  }
  printTable(["asked for", "who", "calls/s", "off by", "skipped", "CPU of a core"], rows)
}

async function countOurs(url: string, rate: number): Promise<{ updates: number; skipped: number; cpu: number }> {
  const source = new Ticking({ token: "source-bench", url, logger: silentLogger }, rate)
  await source.connect()
  await pause(1000)
  const [updates, skipped, cpu, began] = [source.updates, source.skippedUpdates, process.cpuUsage(), performance.now()]
  await pause(seconds * 1000)
  const { user, system } = process.cpuUsage(cpu)
  const counted = {
    updates: ((source.updates - updates) * seconds * 1000) / (performance.now() - began),
    skipped: source.skippedUpdates - skipped,
    cpu: (user + system) / 1e4 / seconds,
  }
  await source.stop()
  return counted
}

async function countPlain(rate: number): Promise<number> {
  let count = 0
  const began = performance.now()
  const timer = setInterval(() => count++, 1000 / rate)
  await pause(seconds * 1000)
  clearInterval(timer)
  return (count * seconds * 1000) / (performance.now() - began)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

if (isMain(import.meta.url)) await run()
