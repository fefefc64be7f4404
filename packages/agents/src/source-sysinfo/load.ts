import { GaugeGroup, gauges } from "./gauges.js"
import type { MetricInfo } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { decimal, fields } from "./text.js"

/** /proc/loadavg; NaN where a number is missing. */
export interface LoadAverage {
  /** Mean number of tasks that ran or wanted to, or waited for a disk, over 1, 5 and 15 minutes. */
  readonly avg1: number
  readonly avg5: number
  readonly avg15: number
  /** Threads that exist, the kernel's too. */
  readonly tasks: number
}

/** Parses /proc/loadavg. */
export function parseLoadAverage(text: string): LoadAverage {
  const [avg1, avg5, avg15, tasks = ""] = fields(text)
  return { avg1: decimal(avg1), avg5: decimal(avg5), avg15: decimal(avg15), tasks: decimal(tasks.split("/")[1]) }
}

const LOAD: Record<"avg1" | "avg5" | "avg15", MetricInfo> = {
  avg1: load("1 minute"),
  avg5: load("5 minutes"),
  avg15: load("15 minutes"),
}

function load(time: string): MetricInfo {
  return { unit: "", description: `load average over ${time}`, quantity: "load", scope: "point" }
}

/** `load.avg1`, `load.avg5` and `load.avg15`, told by `sample`. */
export function loadGroup(
  choice: Choice,
  sample: (round: Round) => Promise<Pick<LoadAverage, keyof typeof LOAD>>,
): GaugeGroup {
  return new GaugeGroup("load", choice, async (round) => gauges(LOAD, await sample(round)))
}

/** Load of Linux. */
export async function linuxLoad(round: Round): Promise<LoadAverage> {
  return parseLoadAverage((await round.text("/proc/loadavg"))?.text ?? "")
}
