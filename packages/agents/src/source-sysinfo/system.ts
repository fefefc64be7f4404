import { CounterGroup } from "./counter-group.js"
import { GaugeGroup, gauges } from "./gauges.js"
import { parseLoadAverage } from "./load.js"
import type { MetricInfo } from "./reading.js"
import type { Choice } from "./selection.js"
import { parseStat } from "./stat.js"
import { decimal, fields } from "./text.js"

export const UPTIME: MetricInfo = { unit: "s", description: "time since the machine was started", scope: "point" }

const GAUGES: Record<"uptime" | "tasks" | "running" | "blocked", MetricInfo> = {
  uptime: UPTIME,
  tasks: { unit: "", description: "processes and threads that exist", scope: "point" },
  running: { unit: "", description: "processes and threads that run or want to", scope: "point" },
  blocked: { unit: "", description: "processes and threads that wait for a disk", scope: "point" },
}

const RATES: Readonly<Record<string, string>> = {
  interrupts: "interrupts served",
  context_switches: "context switches",
  forks: "processes and threads created",
}

/** `system.uptime`, `.tasks`, `.running` and `.blocked`. */
export function systemGroup(choice: Choice): GaugeGroup {
  return new GaugeGroup("system", choice, async (round) => {
    const [uptime, load, stat] = await Promise.all([
      round.text("/proc/uptime"),
      round.text("/proc/loadavg"),
      round.text("/proc/stat"),
    ])
    const { running, blocked } = parseStat(stat?.text ?? "")
    const { tasks } = parseLoadAverage(load?.text ?? "")
    return gauges(GAUGES, { uptime: decimal(fields(uptime?.text ?? "")[0]), tasks, running, blocked })
  })
}

/** `system.interrupts`, `.context_switches` and `.forks`, a second. */
export function systemRates(choice: Choice, minElapsedS: number): CounterGroup {
  return new CounterGroup({
    name: "system",
    metrics: [{ suffix: "", unit: "Hz", description: (event) => RATES[event] ?? event }],
    choice,
    minElapsedS,
    async sample(round) {
      const file = await round.text("/proc/stat")
      if (file === undefined) return []
      const { interrupts, contextSwitches, forks } = parseStat(file.text)
      const counts = { interrupts, context_switches: contextSwitches, forks }
      return Object.entries(counts).map(([device, count]) => ({ device, counters: [count], atMs: file.atMs }))
    },
  })
}
