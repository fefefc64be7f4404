import { cpus, freemem, loadavg, totalmem, uptime } from "node:os"
import type { CpuSample } from "./cpu.js"
import { GaugeGroup } from "./gauges.js"
import type { LoadAverage } from "./load.js"
import { type Memory, memoryOf } from "./memory.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { CPU_MODES, type CpuTicks } from "./stat.js"
import { UPTIME } from "./system.js"

/** The CPU modes that node:os tells. */
const MODES: ReadonlySet<string> = new Set(["user", "nice", "system", "idle", "irq"])

/** CPUs as node:os tells them; its ticks are milliseconds. */
export async function osCpu(round: Round): Promise<CpuSample | undefined> {
  const cores = cpus().map(({ times }): CpuTicks => [times.user, times.nice, times.sys, times.idle, 0, times.irq, 0, 0])
  if (cores.length === 0) return undefined
  const total = CPU_MODES.map((_, mode) => cores.reduce((sum, ticks) => sum + (ticks[mode] ?? 0), 0))
  return { total, cores: new Map(cores.map((ticks, number) => [String(number), ticks])), atMs: round.now() }
}

/** Of `choice`, the CPU modes that node:os tells. */
export function osModes(choice: Choice): Choice {
  return { chosen: (mode, byDefault) => MODES.has(mode) && choice.chosen(mode, byDefault) }
}

/** Memory as node:os tells it: total, free, and what follows from them. */
export async function osMemory(): Promise<Memory> {
  const free = freemem()
  const untold = Number.NaN
  return memoryOf({
    total: totalmem(),
    available: free,
    free,
    active: untold,
    inactive: untold,
    buffers: untold,
    cached: untold,
    shared: untold,
    slab: untold,
  })
}

/** Load as node:os tells it; NaN on Windows, which has none. */
export async function osLoad(): Promise<Omit<LoadAverage, "tasks">> {
  const [avg1, avg5, avg15] = process.platform === "win32" ? [] : loadavg()
  return { avg1: avg1 ?? Number.NaN, avg5: avg5 ?? Number.NaN, avg15: avg15 ?? Number.NaN }
}

/** `system.uptime`. */
export function osSystemGroup(choice: Choice): GaugeGroup {
  return new GaugeGroup("system", choice, async () => [{ field: "uptime", info: UPTIME, value: uptime() }])
}
