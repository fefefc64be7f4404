import { decimal, fields, numberAfter } from "./text.js"

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
  let total: CpuTicks | undefined
  for (const line of cpuLines(text)) {
    const [key = "", ...numbers] = fields(line)
    const ticks = cpuTicks(numbers)
    if (key === "cpu") total = ticks
    else if (ticks !== undefined && /^cpu\d+$/.test(key)) cores.set(key.slice("cpu".length), ticks)
  }
  return {
    total,
    cores,
    interrupts: numberAfter(text, "intr "),
    contextSwitches: numberAfter(text, "ctxt "),
    forks: numberAfter(text, "processes "),
    running: numberAfter(text, "procs_running "),
    blocked: numberAfter(text, "procs_blocked "),
  }
}

/** The lines of CPUs; the kernel writes them first. */
function cpuLines(text: string): string[] {
  const end = text.search(/^(?!cpu)/m)
  return text.slice(0, end < 0 ? undefined : end).split("\n")
}

function cpuTicks(numbers: string[]): CpuTicks | undefined {
  const ticks = CPU_MODES.map((_, i) => (i < numbers.length ? decimal(numbers[i]) : 0))
  return numbers.length < 4 || ticks.some(Number.isNaN) ? undefined : ticks
}
