import { accessOf } from "./access.js"
import type { SnmpConfig, SnmpHostConfig, SnmpObjectConfig, SnmpTableConfig } from "./config.js"
import { expandHost } from "./host-address.js"
import type { HostPlan } from "./host-job.js"
import { metricOf } from "./metric.js"
import { plainOid } from "./oid.js"
import { Table } from "./table.js"

const MAX_OIDS = 60

/** What is read at one interval. */
interface Part {
  readonly objects: Map<string, SnmpObjectConfig>
  readonly tables: Map<string, Map<string, SnmpObjectConfig>>
}

/** What is read of the hosts of a configuration: a plan for each host and interval. */
export function plansOf(config: SnmpConfig): HostPlan[] {
  return Object.entries(config.hosts).flatMap(([key, host]) => {
    const parts = partsOf(config, host)
    return expandHost(key, host.infix).flatMap(([address, infix]) =>
      [...parts].map(([interval, part]) => planOf(config, host, { address, infix, interval }, part)),
    )
  })
}

/** The objects of a host by interval. Where collections have the same OID, the last one holds. */
function partsOf(config: SnmpConfig, host: SnmpHostConfig): Map<number | string, Part> {
  const parts = new Map<number | string, Part>()
  const partAt = (interval: number | string) => {
    const part = parts.get(interval) ?? { objects: new Map(), tables: new Map() }
    parts.set(interval, part)
    return part
  }
  const hostInterval = host.interval ?? config.default_interval
  const objects = new Map<string, SnmpObjectConfig>()
  for (const name of host.objects ?? config.default_object_collections) {
    for (const [oid, object] of Object.entries(config.snmp_object_collections[name] ?? {}))
      objects.set(plainOid(oid), object)
    const table = config.snmp_tables[name]
    for (const [oid, object] of Object.entries(table?.columns ?? {})) {
      const { tables } = partAt(object.interval ?? table?.interval ?? hostInterval)
      tables.set(name, (tables.get(name) ?? new Map()).set(oid, object))
    }
  }
  for (const [oid, object] of objects) partAt(object.interval ?? hostInterval).objects.set(oid, object)
  return parts
}

function planOf(
  config: SnmpConfig,
  host: SnmpHostConfig,
  { address, infix, interval }: { address: string; infix: string; interval: number | string },
  { objects, tables }: Part,
): HostPlan {
  const place = { config, host, infix, interval }
  const named = [...tables].map(([name, columns]): [SnmpTableConfig, Map<string, SnmpObjectConfig>] => [
    config.snmp_tables[name]!,
    columns,
  ])
  const all = [...objects.values(), ...named.flatMap(([, columns]) => [...columns.values()])]
  const metrics = new Map([...objects].map(([oid, object]) => [oid, metricOf(object, place)]))
  const asText = [...metrics].map(([oid, { name, polled }]) => [oid, name, polled, objects.get(oid)])
  const { default_prefix, additional_metric_attributes } = config
  return {
    name: infix,
    access: accessOf(config, host, address),
    interval,
    onFailure: host.onFailure ?? config.onFailure ?? "nan",
    maxOids: host.maxOids ?? config.maxOids ?? MAX_OIDS,
    objects: metrics,
    tables: named.map(([table, columns]) => new Table(table, columns, place)),
    hasCounters: all.some(({ rate }) => rate),
    key: JSON.stringify([
      asText,
      named.map(([{ name, match }, columns]) => [name, match, [...columns]]),
      named.length > 0 ? [default_prefix, infix, host, additional_metric_attributes] : [],
    ]),
  }
}
