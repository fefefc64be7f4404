import { GaugeGroup, gauges } from "./gauges.js"
import type { MetricInfo } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { numberAfter } from "./text.js"

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

/** Memory by the text of /proc/meminfo. */
export function parseMemory(meminfo: string): Memory {
  const bytes = (name: string) => numberAfter(meminfo, `${name}:`) * 1024
  return memoryOf({
    total: bytes("MemTotal"),
    available: bytes("MemAvailable"),
    free: bytes("MemFree"),
    active: bytes("Active"),
    inactive: bytes("Inactive"),
    buffers: bytes("Buffers"),
    cached: bytes("Cached") + orZero(bytes("SReclaimable")),
    shared: bytes("Shmem"),
    slab: bytes("Slab"),
  })
}

/** Memory with what follows from it; where the system does not tell what is available, that is estimated. */
export function memoryOf(told: Omit<Memory, "percent" | "used">): Memory {
  const { total, free, buffers, cached } = told
  const estimate = Number.isNaN(told.available) ? free + buffers + cached : told.available
  // Containers may be told the host's.
  const available = estimate > total ? free : estimate
  const used = total - available
  return { ...told, available, percent: percentOf(used, total), used }
}

/** Swap space by the texts of /proc/meminfo and /proc/vmstat. */
export function parseSwap(meminfo: string, vmstat: string): Swap {
  const total = numberAfter(meminfo, "SwapTotal:") * 1024
  const free = numberAfter(meminfo, "SwapFree:") * 1024
  return {
    total,
    used: total - free,
    free,
    percent: percentOf(total - free, total),
    sin: numberAfter(vmstat, "pswpin ") * SWAP_PAGE_BYTES,
    sout: numberAfter(vmstat, "pswpout ") * SWAP_PAGE_BYTES,
  }
}

function orZero(number: number): number {
  return Number.isNaN(number) ? 0 : number
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
  return parseMemory((await round.text("/proc/meminfo"))?.text ?? "")
}

/** `swap.FIELD`, the fields of psutil's swap_memory(). */
export function swapGroup(choice: Choice): GaugeGroup {
  return new GaugeGroup("swap", choice, async (round) => {
    const [meminfo, vmstat] = await Promise.all([round.text("/proc/meminfo"), round.text("/proc/vmstat")])
    return gauges(SWAP, parseSwap(meminfo?.text ?? "", vmstat?.text ?? ""))
  })
}
