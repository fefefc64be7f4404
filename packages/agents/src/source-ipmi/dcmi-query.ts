import type { IpmiSensorConfig } from "./config.js"
import { type Answer, type Query, scaled } from "./query.js"
import type { ToolArguments } from "./tool-parameters.js"

type Statistic = NonNullable<IpmiSensorConfig["dcmi"]>

/** How `ipmi-dcmi` begins the lines. */
const labels: Readonly<Record<Statistic, string>> = {
  power: "Current Power",
  power_min: "Minimum Power over sampling duration",
  power_max: "Maximum Power over sampling duration",
  power_average: "Average Power over sampling duration",
}
const ACTIVITY = "Power Measurement"

/** What BMCs tell of the power by DCMI, read by `ipmi-dcmi`. */
export class DcmiQuery implements Query {
  readonly command: string
  readonly parameters: readonly string[]
  readonly firstParameters = []
  readonly tail = []
  readonly restricted: readonly string[]
  readonly fewestLines = Object.keys(labels).length + 1
  readonly #metrics: Readonly<Record<string, IpmiSensorConfig>>

  /** `metrics`: those with `dcmi`, by the last parts of their names. */
  constructor(
    command: string,
    { common, restricted }: ToolArguments,
    metrics: Readonly<Record<string, IpmiSensorConfig>>,
  ) {
    this.command = command
    this.restricted = restricted
    this.parameters = ["--get-system-power-statistics", ...common]
    this.#metrics = metrics
  }

  /** A BMC that says that it does not measure now has no values. */
  read(lines: readonly string[]): Answer {
    const told = new Map(lines.flatMap(entryOf))
    const isMeasuring = (told.get(ACTIVITY) ?? "Active") === "Active"
    const values = new Map<string, number>()
    for (const [suffix, settings] of Object.entries(this.#metrics)) {
      const text = told.get(labels[settings.dcmi ?? "power"])
      const watts = /^\d+/.exec(text ?? "")?.[0]
      if (watts === undefined)
        return { values: new Map(), missing: "it does not tell its power by DCMI", recordIds: "" }
      values.set(suffix, scaled(isMeasuring ? Number(watts) : Number.NaN, settings))
    }
    return { values, missing: undefined, recordIds: "" }
  }
}

/** Of a line such as `Current Power   : 187 Watts`. */
function entryOf(line: string): [string, string][] {
  const at = line.indexOf(":")
  return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
}
