import { decimal, fields } from "./text.js"

/** The modes of /proc/stat that do not contain each other, in its order. */
export const CPU_MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const

/** Ticks that were spent in each of `CPU_MODES`; 0 for those that an old kernel does not tell. */
export type CpuTicks = readonly number[]

/** /proc/stat, as far as it is used. Numbers that are missing are NaN. */
export interface KernelStat {
  /** Of all logical CPUs together. */
  readonly total: CpuTicks | undefined
  /** By number of the logical CPU; those that are off are missing. */
  readonly cores: ReadonlyMap<string, CpuTicks>
  readonly interrupts: number
  readonly contextSwitches: number
  readonly forks: number
  readonly running: number
  readonly blocked: number
}

/** Parses /proc/stat. Lines that are none are left out. */
export function parseStat(text: string): KernelStat {
  const cores = new Map<string, CpuTicks>()
  const numbers = new Map<string, number>()
  let total: CpuTicks | undefined
  for (const line of text.split("\n")) {
    // The line of interrupts has a number for each of thousands: only its sum is looked at.
    const [key = "", ...rest] = fields(line.slice(0, 400))
    if (!key.startsWith("cpu")) numbers.set(key, decimal(rest[0]))
    else if (key === "cpu") total = cpuTicks(rest)
    else addCore(cores, key, cpuTicks(rest))
  }
  return {
    total,
    cores,
    interrupts: numbers.get("intr") ?? Number.NaN,
    contextSwitches: numbers.get("ctxt") ?? Number.NaN,
    forks: numbers.get("processes") ?? Number.NaN,
    running: numbers.get("procs_running") ?? Number.NaN,
    blocked: numbers.get("procs_blocked") ?? Number.NaN,
  }
}

function addCore(cores: Map<string, CpuTicks>, key: string, ticks: CpuTicks | undefined): void {
  if (/^cpu\d+$/.test(key) && ticks !== undefined) cores.set(key.slice("cpu".length), ticks)
}

function cpuTicks(numbers: string[]): CpuTicks | undefined {
  const ticks = CPU_MODES.map((_, i) => (i < numbers.length ? decimal(numbers[i]) : 0))
  return numbers.length < 4 || ticks.some(Number.isNaN) ? undefined : ticks
}
