import type { IpmiSensorConfig } from "./config.js"
import type { Plugin } from "./plugins/plugin.js"
import { type Answer, type Query, scaled } from "./query.js"
import { parseSensorRow, type RowLayout, type SensorRow } from "./sensor-row.js"
import type { ToolArguments } from "./tool-parameters.js"

/** A metric that is made of sensors. */
interface SensorMetric {
  readonly suffix: string
  readonly names: readonly string[]
  readonly settings: IpmiSensorConfig
  readonly plugin: Plugin | undefined
}

/** The sensors of a group's metrics, read by `ipmi-sensors`. */
export class SensorsQuery implements Query {
  readonly command: string
  readonly parameters: readonly string[]
  /** A list of sensors that is kept on disk and out of date would be wrong for ever. */
  readonly firstParameters = ["--sdr-cache-recreate"]
  readonly tail = []
  readonly restricted: readonly string[]
  readonly fewestLines: number
  readonly #layout: RowLayout
  readonly #metrics: readonly SensorMetric[]
  readonly #names: ReadonlySet<string>
  readonly #useRecordIds: boolean

  /** `metrics`: those with sensors, by the last parts of their names; `plugins` has those they name. */
  constructor(
    command: string,
    { sensors, restricted, layout }: ToolArguments,
    metrics: Readonly<Record<string, IpmiSensorConfig>>,
    { plugins, useRecordIds }: { plugins: ReadonlyMap<string, Plugin>; useRecordIds: boolean },
  ) {
    this.command = command
    this.parameters = sensors
    this.restricted = restricted
    this.#layout = layout
    this.#useRecordIds = useRecordIds
    this.#metrics = Object.entries(metrics).map(([suffix, settings]) => ({
      suffix,
      names: [settings.name ?? []].flat(),
      settings,
      plugin: settings.plugin === undefined ? undefined : plugins.get(settings.plugin),
    }))
    this.#names = new Set(this.#metrics.flatMap(({ names }) => names))
    this.fewestLines = this.#names.size
  }

  /** Of several sensors of one name the last one counts. */
  read(lines: readonly string[]): Answer {
    const rows = new Map<string, SensorRow>()
    for (const line of lines) {
      const row = parseSensorRow(line, this.#layout)
      if (row !== undefined && this.#names.has(row.name)) rows.set(row.name, row)
    }
    const absent = [...this.#names].find((name) => !rows.has(name))
    if (absent !== undefined)
      return { values: new Map(), missing: `it has no sensor ${JSON.stringify(absent)}`, recordIds: "" }
    return { ...this.#valuesOf(rows), missing: undefined, recordIds: this.#recordIdsOf(rows) }
  }

  #valuesOf(rows: ReadonlyMap<string, SensorRow>): Pick<Answer, "values" | "problems"> {
    const values = new Map<string, number>()
    const problems = new Map<string, unknown>()
    for (const { suffix, names, settings, plugin } of this.#metrics) {
      const found = names.flatMap((name) => rows.get(name) ?? [])
      try {
        const value = plugin === undefined ? found[0]?.value : plugin.createMetricValue(pluginSensors(found))
        values.set(suffix, scaled(Number(value), settings))
      } catch (error) {
        problems.set(suffix, error)
      }
    }
    return { values, problems }
  }

  #recordIdsOf(rows: ReadonlyMap<string, SensorRow>): string {
    if (!this.#useRecordIds) return ""
    return [...rows.values()]
      .map(({ recordId }) => Number(recordId))
      .toSorted((a, b) => a - b)
      .join(",")
  }
}

function pluginSensors(rows: readonly SensorRow[]) {
  return Object.fromEntries(
    rows.map(({ name, recordId, type, value, unit, status }) => [
      name,
      { recordId, category: type, value, unit, status },
    ]),
  )
}
