import type { Client } from "@metricq/client"
import type { JsonValue, Metadata, MetadataChange, MetadataLayers } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { findKnown } from "../network/resolve-metrics.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { colorsFor } from "../terminal/colors.js"
import { printJson, printLines } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq metadata get`. */
export interface GetOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** Names in one request. */
const PART = 1000

/** Print the metadata of metrics, and which of it was set by hand. */
export async function getMetadata(patterns: readonly string[], options: GetOptions): Promise<void> {
  const found = await withClient(options, async (client) => {
    const names = await withProgress(() => "looking for metrics", findKnown(client, patterns))
    return withProgress(() => "reading metadata", readLayers(client, [...names.keys()]))
  })
  if (options.json) return printJson(found.map(({ name, layers }) => ({ name, metadata: merged(layers), ...layers })))
  printLines(found.flatMap(({ name, layers }, index) => [...(index > 0 ? [""] : []), ...describe(name, layers)]))
}

/** A metric and where its metadata comes from. */
export interface LayeredMetric {
  readonly name: string
  readonly layers: MetadataLayers
}

/** The layers of metrics, without those that are gone meanwhile. */
export async function readLayers(client: Client, names: readonly string[]): Promise<LayeredMetric[]> {
  const found: LayeredMetric[] = []
  for (let at = 0; at < names.length; at += PART) {
    const metrics = names.slice(at, at + PART)
    const { layers = {} } = await client.rpc("metadata.get", { metrics, layers: true }, { repeatable: true })
    for (const name of metrics) if (layers[name]) found.push({ name, layers: layers[name] })
  }
  return found
}

function merged({ declared, overlay }: MetadataLayers): Metadata {
  return { ...declared, ...overlay }
}

function describe(name: string, layers: MetadataLayers): string[] {
  const colors = colorsFor(process.stdout)
  const entries = Object.entries(merged(layers)).filter(([, value]) => value !== undefined)
  const width = Math.max(0, ...entries.map(([key]) => key.length))
  const lines = entries.map(([key, value]) => {
    const isSet = Object.hasOwn(layers.overlay, key)
    const declared = layers.declared[key]
    const mark = isSet ? (declared === undefined ? "set" : `set; its source says ${shown(declared)}`) : undefined
    return `  ${printable(key).padEnd(width)}  ${shown(value)}${mark ? colors.dim(`  (${mark})`) : ""}`
  })
  return [colors.bold(printable(name)), ...lines]
}

/** Options of `metricq metadata history`. */
export interface HistoryOptions extends ConnectionOptions {
  readonly limit: number
  readonly json?: boolean
}

/** Most changes that the manager tells of a metric. */
const MOST = 50

/** Print the changes of a metric, newest first. */
export async function printHistory(metric: string, options: HistoryOptions): Promise<void> {
  const limit = Math.min(options.limit, MOST)
  const { changes } = await withClient(options, (client) =>
    client.rpc("metadata.history", { metric, limit }, { repeatable: true }),
  )
  if (changes.length === 0)
    throw new CommandError("unknown-metric", `nothing is known of a metric ${printable(metric)}`)
  if (options.json) return printJson(changes)
  printLines(changes.flatMap(describeChange))
}

function describeChange({ time, author, by, action, keys, more }: MetadataChange): string[] {
  const colors = colorsFor(process.stdout)
  const who = by === undefined ? author : `${by} (${author})`
  const lines = Object.entries(keys).map(([key, { before, after }]) => {
    const change =
      before === undefined ? shown(after) : `${shown(before)} → ${after === undefined ? "nothing" : shown(after)}`
    return `  ${printable(key)}: ${change}`
  })
  return [`${colors.bold(time)}  ${action} by ${printable(who)}`, ...lines, ...(more ? [`  and ${more} more`] : [])]
}

/** A value in a line: text as it is, everything else as JSON. */
export function shown(value: JsonValue | undefined): string {
  return printable(typeof value === "string" ? (value === "" ? '""' : value) : JSON.stringify(value ?? null))
}
