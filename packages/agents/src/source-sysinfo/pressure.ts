import { CounterGroup } from "./counter-group.js"
import type { Choice } from "./selection.js"
import { decimal, fields } from "./text.js"

/** Time stalled so far, in microseconds; NaN where the kernel does not tell. */
export interface Pressure {
  /** At least one task waited for the resource. */
  readonly some: number
  /** All tasks that had something to do waited for it. */
  readonly full: number
}

/** Parses a file of /proc/pressure. Lines that are none are left out. */
export function parsePressure(text: string): Pressure {
  const totals = new Map<string, number>()
  for (const line of text.split("\n")) {
    const [kind = "", ...rest] = fields(line)
    const total = rest.find((field) => field.startsWith("total="))
    totals.set(kind, decimal(total?.slice("total=".length)))
  }
  return { some: totals.get("some") ?? Number.NaN, full: totals.get("full") ?? Number.NaN }
}

const RESOURCES = ["cpu", "memory", "io", "irq"]
const PERCENT_PER_US = 100 / 1e6

/** `pressure.RESOURCE.{some,full}`: part of the time in which tasks waited for cpu, memory, io or irq. */
export function pressureGroup(choice: Choice, minElapsedS: number): CounterGroup {
  const scale = PERCENT_PER_US
  return new CounterGroup({
    name: "pressure",
    metrics: [
      { suffix: "some", unit: "%", scale, description: (resource) => `time in which a task waited for ${resource}` },
      { suffix: "full", unit: "%", scale, description: (resource) => `time in which all tasks waited for ${resource}` },
    ],
    choice,
    minElapsedS,
    async sample(round) {
      const files = await Promise.all(RESOURCES.map((resource) => round.text(`/proc/pressure/${resource}`)))
      return files.flatMap((file, i) => {
        if (file === undefined) return []
        const { some, full } = parsePressure(file.text)
        return [{ device: RESOURCES[i] as string, counters: [some, full], atMs: file.atMs }]
      })
    },
  })
}
