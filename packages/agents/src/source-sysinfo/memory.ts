import { GaugeGroup, gauges } from "./gauges.js"
import type { MetricInfo } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { decimal, fields } from "./text.js"

/** Memory in bytes, as psutil tells it; NaN where the system does not. */
export interface Memory {
  readonly total: number
  readonly available: number
  readonly percent: number
  readonly used: number
  readonly free: number
  readonly active: number
  readonly inactive: number
  readonly buffers: number
  readonly cached: number
  readonly shared: number
  readonly slab: number
}

/** Swap space in bytes; `sin` and `sout` count what was swapped in and out since boot. NaN where the system does not tell. */
export interface Swap {
  readonly total: number
  readonly used: number
  readonly free: number
  readonly percent: number
  readonly sin: number
  readonly sout: number
}

/** /proc/vmstat counts pages. psutil takes them for 4 KiB everywhere, and so do we, to tell the same. */
const SWAP_PAGE_BYTES = 4096

/** Parses /proc/meminfo or /proc/vmstat: numbers by name, kB as bytes. Lines that are none are left out. */
export function parseNumbers(text: string): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const line of text.split("\n")) {
    const [name = "", value, unit] = fields(line)
    const number = decimal(value) * (unit === "kB" ? 1024 : 1)
    if (!Number.isNaN(number)) numbers.set(name.replace(/:$/, ""), number)
  }
  return numbers
}

/** Memory from the numbers of /proc/meminfo. */
export function memoryOf(meminfo: ReadonlyMap<string, number>): Memory {
  const get = (name: string) => meminfo.get(name) ?? Number.NaN
  const total = get("MemTotal")
  const free = get("MemFree")
  const buffers = get("Buffers")
  const cached = get("Cached") + (meminfo.get("SReclaimable") ?? 0)
  const told = meminfo.get("MemAvailable") ?? free + buffers + cached
  // Containers may be told the host's.
  const available = told > total ? free : told
  return {
    total,
    available,
    percent: percentOf(total - available, total),
    used: total - available,
    free,
    active: get("Active"),
    inactive: get("Inactive"),
    buffers,
    cached,
    shared: get("Shmem"),
    slab: get("Slab"),
  }
}

/** Swap space from the numbers of /proc/meminfo and /proc/vmstat. */
export function swapOf(meminfo: ReadonlyMap<string, number>, vmstat: ReadonlyMap<string, number>): Swap {
  const total = meminfo.get("SwapTotal") ?? Number.NaN
  const free = meminfo.get("SwapFree") ?? Number.NaN
  return {
    total,
    used: total - free,
    free,
    percent: percentOf(total - free, total),
    sin: (vmstat.get("pswpin") ?? Number.NaN) * SWAP_PAGE_BYTES,
    sout: (vmstat.get("pswpout") ?? Number.NaN) * SWAP_PAGE_BYTES,
  }
}

/** `part` of `whole` in percent; 0 where the whole is nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100
}

const MEMORY: Record<keyof Memory, MetricInfo> = {
  total: bytes("physical memory"),
  available: bytes("memory that programs can be given without swapping"),
  percent: percent("memory that is not available"),
  used: bytes("memory that is not available: total - available"),
  free: bytes("memory that is used for nothing"),
  active: bytes("memory used recently"),
  inactive: bytes("memory not used recently"),
  buffers: bytes("cache of block devices"),
  cached: bytes("cache of files, with reclaimable slab memory"),
  shared: bytes("memory shared between processes, tmpfs"),
  slab: bytes("data structures of the kernel"),
}

const SWAP: Record<keyof Swap, MetricInfo> = {
  total: bytes("swap space"),
  used: bytes("swap space in use"),
  free: bytes("swap space not in use"),
  percent: percent("swap space in use"),
  sin: bytes("swapped in since boot"),
  sout: bytes("swapped out since boot"),
}

function bytes(description: string): MetricInfo {
  return { unit: "B", description, scope: "point" }
}

function percent(description: string): MetricInfo {
  return { unit: "%", description, scope: "point" }
}

/** `mem.FIELD`, the fields of psutil's virtual_memory(), told by `sample`. */
export function memoryGroup(choice: Choice, sample: (round: Round) => Promise<Memory>): GaugeGroup {
  return new GaugeGroup("mem", choice, async (round) => gauges(MEMORY, await sample(round)))
}

/** Memory of Linux. */
export async function linuxMemory(round: Round): Promise<Memory> {
  return memoryOf(parseNumbers((await round.text("/proc/meminfo"))?.text ?? ""))
}

/** `swap.FIELD`, the fields of psutil's swap_memory(). */
export function swapGroup(choice: Choice): GaugeGroup {
  return new GaugeGroup("swap", choice, async (round) => {
    const [meminfo, vmstat] = await Promise.all([round.text("/proc/meminfo"), round.text("/proc/vmstat")])
    return gauges(SWAP, swapOf(parseNumbers(meminfo?.text ?? ""), parseNumbers(vmstat?.text ?? "")))
  })
}
