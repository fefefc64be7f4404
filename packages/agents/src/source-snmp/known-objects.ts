import type { JsonObject } from "@metricq/client"

/** A table of a standard. */
export interface KnownTable {
  readonly key: string
  /** The column that names rows. */
  readonly name?: string
  /** Not where this column is, as another table tells the same better. */
  readonly unless?: string
  readonly columns: Readonly<Record<string, JsonObject>>
}

const IF = "1.3.6.1.2.1.2.2.1"
const IFX = "1.3.6.1.2.1.31.1.1.1"
const UPS = "1.3.6.1.2.1.33.1"
const HOST = "1.3.6.1.2.1.25"
const UCD = "1.3.6.1.4.1.2021"

function object(suffix: string, short_description: string, unit?: string, more: JsonObject = {}): JsonObject {
  return { suffix, short_description, ...(unit !== undefined && { unit }), ...more }
}

const counter: JsonObject = { rate: true }

/** Objects of standards that a discovery knows by name, by OID. */
export const knownObjects: Readonly<Record<string, JsonObject>> = {
  "1.3.6.1.2.1.1.3.0": object("uptime", "time since it was started", "s", { scale: 0.01 }),
  [`${HOST}.1.5.0`]: object("users", "users who are logged in"),
  [`${HOST}.1.6.0`]: object("processes", "processes"),
  [`${UPS}.2.2.0`]: object("battery.time", "time on battery", "s"),
  [`${UPS}.2.3.0`]: object("battery.remaining", "time that the battery lasts", "min"),
  [`${UPS}.2.4.0`]: object("battery.charge", "charge of the battery", "%"),
  [`${UPS}.2.5.0`]: object("battery.voltage", "voltage of the battery", "V", { scale: 0.1 }),
  [`${UPS}.2.7.0`]: object("battery.temperature", "temperature of the battery", "degC"),
  [`${UCD}.4.3.0`]: object("swap.total", "swap space", "kB"),
  [`${UCD}.4.4.0`]: object("swap.free", "free swap space", "kB"),
  [`${UCD}.4.5.0`]: object("mem.total", "memory", "kB"),
  [`${UCD}.4.6.0`]: object("mem.free", "free memory", "kB"),
  [`${UCD}.11.59.0`]: object("interrupts", "interrupts", "1/s", counter),
  [`${UCD}.11.60.0`]: object("context_switches", "context switches", "1/s", counter),
}

const state = { map: { "1": 1, "2": 0 } }
const ports: Readonly<Record<string, JsonObject>> = {
  [`${IF}.8`]: object("{name}.up", "{name} is up", "", state),
  [`${IF}.13`]: object("{name}.received.discards", "packets that {name} dropped", "1/s", counter),
  [`${IF}.14`]: object("{name}.received.errors", "errors that {name} received", "1/s", counter),
  [`${IF}.19`]: object("{name}.sent.discards", "packets that {name} did not send", "1/s", counter),
  [`${IF}.20`]: object("{name}.sent.errors", "errors that {name} sent", "1/s", counter),
}

/** Tables of standards that a discovery knows. */
export const knownTables: readonly KnownTable[] = [
  {
    key: "interfaces",
    name: `${IFX}.1`,
    columns: {
      [`${IFX}.6`]: object("{name}.received", "received by {name}", "B/s", counter),
      [`${IFX}.10`]: object("{name}.sent", "sent by {name}", "B/s", counter),
      ...ports,
    },
  },
  {
    key: "interfaces",
    name: `${IF}.2`,
    unless: `${IFX}.6`,
    columns: {
      [`${IF}.10`]: object("{name}.received", "received by {name}", "B/s", counter),
      [`${IF}.16`]: object("{name}.sent", "sent by {name}", "B/s", counter),
      ...ports,
    },
  },
  {
    key: "processors",
    columns: { [`${HOST}.3.3.1.2`]: object("processor.{index}.load", "load of processor {index}", "%") },
  },
  {
    key: "ups_output",
    columns: {
      [`${UPS}.4.4.1.2`]: object("output.{index}.voltage", "voltage of output {index}", "V"),
      [`${UPS}.4.4.1.3`]: object("output.{index}.current", "current of output {index}", "A", { scale: 0.1 }),
      [`${UPS}.4.4.1.4`]: object("output.{index}.power", "power of output {index}", "W"),
      [`${UPS}.4.4.1.5`]: object("output.{index}.load", "load of output {index}", "%"),
    },
  },
  {
    key: "sensors",
    name: "1.3.6.1.2.1.47.1.1.1.1.7",
    columns: { "1.3.6.1.2.1.99.1.1.1.4": object("sensor.{name}", "sensor {name}") },
  },
  {
    key: "load",
    name: `${UCD}.10.1.2`,
    columns: { [`${UCD}.10.1.6`]: object("{name}", "{name}") },
  },
  {
    key: "temperatures",
    name: `${UCD}.13.16.2.1.2`,
    columns: { [`${UCD}.13.16.2.1.3`]: object("temperature.{name}", "temperature {name}", "degC", { scale: 0.001 }) },
  },
]
