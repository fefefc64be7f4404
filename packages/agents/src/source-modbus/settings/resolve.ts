import { expandHostlist, hostnames } from "@metricq/client"
import type { FailurePolicy } from "../../kit/fields/failure.js"
import type { ModbusConfig, ModbusGroup, ModbusHost } from "../config.js"
import type { Manners } from "../gateway.js"
import type { ReadLimits, Span } from "../read-plan.js"
import { limitsOf, mannersOf } from "./manners.js"
import { kindOf, type MetricSettings, metricSettings } from "./metric-settings.js"
import { type Path, type Problem, Problems } from "./problems.js"
import { unitsOf } from "./units.js"

/** Where a device is, and what it is called. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly unit: number
  /** First part of its metrics' names. */
  readonly name: string
  readonly description: string
}

/** One group of one device, with everything that the configuration says about it. */
export interface GroupSettings {
  readonly place: Place
  readonly interval: number | string
  readonly isDoubleSampled: boolean
  readonly metrics: readonly MetricSettings[]
  /** Texts of the device for descriptions, by name. */
  readonly texts: Readonly<Record<string, Span>>
  readonly manners: Manners
  readonly limits: ReadLimits
  readonly onFailure: FailurePolicy
}

/** The groups of all devices of a configuration, and what is wrong with it beyond single keys. */
export function resolve(config: ModbusConfig): { groups: GroupSettings[]; problems: readonly Problem[] } {
  const problems = new Problems()
  const groups = config.hosts.flatMap((host, i) => groupsOf(config, host, { path: ["hosts", i], problems }))
  checkNames(groups, problems)
  return { groups, problems: problems.found }
}

interface Context {
  readonly path: Path
  readonly problems: Problems
}

function groupsOf(config: ModbusConfig, host: ModbusHost, { path, problems }: Context): GroupSettings[] {
  const limits = limitsOf(config, host)
  const shared = { manners: mannersOf(config, host), limits, texts: textsOf(host, { path, problems }, limits) }
  const settled = host.groups.map((group, i) => {
    const at = [...path, "groups", i]
    const metrics = Object.entries(group.metrics).map((entry) => {
      const context = { path: [...at, "metrics", entry[0]], problems }
      return fitting(metricSettings(host, group, entry, context), limits, context)
    })
    const interval = group.interval ?? config.interval
    if (interval == null) problems.add([...at, "interval"], "an interval, here or for the whole source")
    return { group, metrics, interval: interval ?? 1 }
  })
  return placesOf(host, { path, problems }).flatMap((place) =>
    settled.map(({ group, metrics, interval }) => ({
      ...shared,
      place,
      metrics,
      interval,
      isDoubleSampled: group.double_sample,
      onFailure: failureOf(config, host, group),
    })),
  )
}

function failureOf(config: ModbusConfig, host: ModbusHost, group: ModbusGroup): FailurePolicy {
  return group.onFailure ?? host.onFailure ?? config.onFailure ?? "skip"
}

/** There may be one host with many units, many hosts with one unit, or as many of both. */
function placesOf(host: ModbusHost, { path, problems }: Context): Place[] {
  const names = hostnames(host.names)
  const hosts = hostnames(host.hosts)
  const units = unitsOf(host.slave_id)
  const descriptions = descriptionsOf(host)
  const isRight = (list: readonly unknown[]) => list.length === 1 || list.length === names.length
  if (hosts.length > 1 && units.length > 1 && hosts.length !== units.length)
    problems.add([...path, "slave_id"], "one unit, or as many as there are hosts")
  if (names.length !== Math.max(hosts.length, units.length) || !isRight(hosts) || !isRight(units))
    problems.add([...path, "names"], `as many names as hosts or units, ${Math.max(hosts.length, units.length)},`)
  if (descriptions !== undefined && descriptions.length !== names.length)
    problems.add([...path, "descriptions"], `as many descriptions as names, ${names.length},`)
  return names.map((name, i) => ({
    host: hosts[hosts.length === 1 ? 0 : i] ?? "",
    port: Number(host.port),
    unit: units[units.length === 1 ? 0 : i] ?? 0,
    name: name.replace(/\.+$/, ""),
    description: `${host.description} ${descriptions?.[i] ?? ""}`.trim(),
  }))
}

function descriptionsOf({ descriptions }: ModbusHost): readonly string[] | undefined {
  return typeof descriptions === "string" ? expandHostlist(descriptions) : (descriptions ?? undefined)
}

function textsOf(host: ModbusHost, { path, problems }: Context, limits: ReadLimits): Record<string, Span> {
  const entries = Object.entries(host.strings ?? {}).map(([name, { address, size, function: kind }]) => {
    const span = { kind: kindOf(kind ?? "input"), address: Number(address), count: size / 2 }
    return [name, fitting(span, limits, { path: [...path, "strings", name], problems })] as const
  })
  return Object.fromEntries(entries)
}

function fitting<S extends Span>(span: S, { maxRegisters }: ReadLimits, { path, problems }: Context): S {
  if (span.count > maxRegisters) problems.add(path, `at most ${maxRegisters} registers`)
  return span
}

function checkNames(groups: readonly GroupSettings[], problems: Problems): void {
  const seen = new Set<string>()
  for (const { place, metrics } of groups) {
    for (const { suffix } of metrics) {
      const name = metricName(place, suffix)
      if (seen.has(name)) problems.add(["hosts"], `each metric once; there are two of ${name}`)
      seen.add(name)
    }
  }
}

/** The whole name of a metric. */
export function metricName({ name }: Pick<Place, "name">, suffix: string): string {
  return name === "" ? suffix : `${name}.${suffix}`
}
