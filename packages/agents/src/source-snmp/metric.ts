import { type Metadata, Timedelta } from "@metricq/client"
import type { PolledMetric } from "../kit/polling/job.js"
import type { SnmpConfig, SnmpHostConfig, SnmpObjectConfig } from "./config.js"
import { ObjectValue } from "./object-value.js"

/** Keys that must not become metadata, whatever a configuration says. */
const SECRET_KEYS = ["community", "auth", "priv"]

/** An object of a host: the metric it becomes, and how its number is read. */
export interface ObjectMetric {
  readonly name: string
  readonly polled: PolledMetric
  readonly value: ObjectValue
}

/** Where the objects are that become metrics. */
export interface MetricPlace {
  readonly config: SnmpConfig
  readonly host: SnmpHostConfig
  readonly infix: string
  readonly interval: number | string
}

/** A row of a table. */
export interface Row {
  readonly index: string
  /** Its name, as a part of a metric's name. */
  readonly name: string
  /** Its name, as the host tells it. */
  readonly text: string
}

/** The metric of an object. In tables name and index of the row are put into its texts. */
export function metricOf(
  object: SnmpObjectConfig,
  { config, host, infix, interval }: MetricPlace,
  row?: Row,
): ObjectMetric {
  const attributes = config.additional_metric_attributes
    .filter((key) => !SECRET_KEYS.includes(key))
    .flatMap((key): [string, unknown][] => {
      const value = object[key] ?? host[key]
      return value === undefined ? [] : [[key, value]]
    })
  const metadata = {
    rate: 1 / Timedelta.from(interval).s,
    description: `${host.description} ${fill(object.short_description, row?.text, row?.index)}`,
    ...Object.fromEntries(attributes),
  } as Metadata
  return {
    name: `${config.default_prefix}.${infix}.${fill(object.suffix, row?.name, row && namePart(row.index))}`,
    polled: { metadata, onFailure: object.onFailure },
    value: new ObjectValue(object),
  }
}

/** A text as one part of the name of a metric. */
export function namePart(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]+/g, "_").replaceAll(/^_+|_+$/g, "")
}

function fill(template: string, name: string | undefined, index: string | undefined): string {
  if (name === undefined || index === undefined) return template
  return template.replaceAll("{name}", () => name).replaceAll("{index}", () => index)
}
