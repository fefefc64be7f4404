import { Devices } from "./devices.js"
import type { Group, Reading, Series } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { CPU_MODES, type CpuTicks, parseStat } from "./stat.js"

/** What all logical CPUs have done so far, from whatever system tells. */
export interface CpuSample {
  readonly total: CpuTicks
  /** By number. */
  readonly cores: ReadonlyMap<string, CpuTicks>
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number
}

export interface CpuGroupOptions {
  readonly usage: Choice
  readonly modes: Choice
  readonly cores: Choice
  /** Readings closer together give no values. */
  readonly minElapsedS: number
  readonly sample: (round: Round) => Promise<CpuSample | undefined>
}

interface Kept {
  readonly series: Series
  readonly meter: TickMeter
}

const USAGE: Series = {
  metric: "cpu.usage",
  info: { unit: "%", description: "time spent busy, sum over all logical CPUs: 100 = one CPU busy", scope: "last" },
}
const IDLE: ReadonlySet<string> = new Set(["idle", "iowait"])

/** `cpu.usage`, `cpu.mode.MODE` and `cpu.coreN.usage`, all in percent of one logical CPU. */
export class CpuGroup implements Group {
  readonly name = "cpu"
  readonly #options: CpuGroupOptions
  readonly #total: TickMeter
  readonly #cores: Devices<Kept>
  readonly #modes: readonly (Series | undefined)[]

  constructor(options: CpuGroupOptions) {
    this.#options = options
    this.#total = new TickMeter(options.minElapsedS)
    this.#modes = CPU_MODES.map((mode) => (options.modes.chosen(mode, true) ? modeSeries(mode) : undefined))
    this.#cores = new Devices(options.cores, (name) => ({
      series: coreSeries(name),
      meter: new TickMeter(options.minElapsedS),
    }))
  }

  async read(round: Round): Promise<Reading[]> {
    const sample = await this.#options.sample(round)
    if (sample === undefined) return []
    const readings = [...this.#readTotal(sample), ...this.#readCores(sample)]
    this.#cores.endRound()
    return readings
  }

  #readTotal({ total, cores, atMs }: CpuSample): Reading[] {
    const parts = this.#total.step(total, atMs)?.map((part) => part * 100 * cores.size)
    const modes = this.#modes.flatMap((series, i) => (series === undefined ? [] : [{ ...series, value: parts?.[i] }]))
    if (!this.#options.usage.chosen("usage", true)) return modes
    return [{ ...USAGE, value: parts && busy(parts) }, ...modes]
  }

  #readCores({ cores, atMs }: CpuSample): Reading[] {
    const readings: Reading[] = []
    for (const [number, ticks] of cores) {
      const kept = this.#cores.get(`core${number}`)
      if (kept === undefined) continue
      const parts = kept.meter.step(ticks, atMs)
      readings.push({ ...kept.series, value: parts && busy(parts) * 100 })
    }
    return readings
  }
}

/** CPUs of Linux. */
export async function linuxCpu(round: Round): Promise<CpuSample | undefined> {
  const file = await round.text("/proc/stat")
  const { total, cores } = parseStat(file?.text ?? "")
  return file && total && { total, cores, atMs: file.atMs }
}

/** What part of its time a CPU spent in each mode. */
class TickMeter {
  readonly #minElapsedS: number
  #before: CpuTicks | undefined
  #beforeMs = 0

  constructor(minElapsedS: number) {
    this.#minElapsedS = minElapsedS
  }

  /**
   * Parts of 1 since the last reading; `undefined` for the first, for one too soon, where no tick has passed, and where the
   * ticks were set back.
   */
  step(ticks: CpuTicks, atMs: number): number[] | undefined {
    const before = this.#before
    if (before !== undefined && (atMs - this.#beforeMs) / 1000 < this.#minElapsedS) return undefined
    const steps = before?.map((count, i) => (ticks[i] ?? 0) - count) ?? []
    if (before !== undefined && steps.every((step) => step === 0)) return undefined
    this.#before = ticks
    this.#beforeMs = atMs
    return steps.some((step, i) => step < 0 && !isIdle(i)) ? undefined : partsOf(steps)
  }
}

/** Idle and waiting time may step back by a little: the kernel estimates them. */
function partsOf(steps: readonly number[]): number[] | undefined {
  const forward = steps.map((step) => Math.max(0, step))
  const sum = forward.reduce((a, b) => a + b, 0)
  return sum === 0 ? undefined : forward.map((step) => step / sum)
}

function isIdle(mode: number): boolean {
  return IDLE.has(CPU_MODES[mode] ?? "")
}

function busy(parts: readonly number[]): number {
  return parts.reduce((sum, part, mode) => (isIdle(mode) ? sum : sum + part), 0)
}

function modeSeries(mode: string): Series {
  const description = `time spent in mode ${mode}, sum over all logical CPUs: 100 = one CPU`
  return { metric: `cpu.mode.${mode}`, info: { unit: "%", description, scope: "last" } }
}

function coreSeries(core: string): Series {
  const description = `time spent busy of logical CPU ${core.slice("core".length)}`
  return { metric: `cpu.${core}.usage`, info: { unit: "%", description, scope: "last" } }
}
