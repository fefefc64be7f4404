import { fork } from "node:child_process"
import { once } from "node:events"
import type { JsonObject } from "@metricq/client"
import { endChild, runAgent, type Taken } from "./agent-run.js"
import { isMain, printTable } from "./measure.js"
import { megabytes, percent } from "./numbers.js"
import { snmpExporter, snmpget } from "./snmp-tools.js"

/**
 * 10,000 objects over 200 hosts, which another process plays: what source-snmp needs to read them every 10 s and every second, and
 * how many rounds it misses, with all hosts well and with 20 of them silent; beside Prometheus' exporter and `snmpget`, where they
 * are installed.
 */

const HOSTS = 200
const OBJECTS = 50
const PARENT = "1.3.6.1.4.1.99999.1"
const SECONDS = 20
const oids = Array.from({ length: OBJECTS }, (_, i) => `.${PARENT}.${i}`)

export async function run(): Promise<void> {
  const devices = fork(new URL("./snmp-devices.js", import.meta.url), [String(HOSTS), String(OBJECTS), PARENT])
  try {
    const [ports] = (await once(devices, "message")) as [number[]]
    const rows = [
      row("every 10 s", "source-snmp", await ours(ports, 10, 0)),
      row("every second", "source-snmp", await ours(ports, 1, 0)),
      row("every second, 20 hosts silent", "source-snmp", await ours(ports, 1, 20)),
      row("every second", "snmp_exporter", await snmpExporter(ports, oids, 10)),
      row("once, 16 hosts at a time", "snmpget", await snmpget(ports, oids)),
    ]
    printTable(["", "who", "objects/s", "CPU of a core", "ms/1000 objects", "memory", "missed a minute"], rows)
  } finally {
    await endChild(devices)
  }
}

function row(what: string, who: string, taken: Taken | undefined): string[] {
  if (taken === undefined) return [what, who, "not installed", "", "", "", ""]
  const { perSecond, cpu, rss, missedAMinute } = taken
  return [
    what,
    who,
    Math.round(perSecond).toLocaleString("en"),
    percent(cpu),
    ((cpu * 1e6) / perSecond).toFixed(1),
    rss === undefined ? "" : `${megabytes(rss)} MB`,
    missedAMinute === undefined ? "" : missedAMinute.toFixed(1),
  ]
}

function ours(ports: readonly number[], interval: number, silent: number): Promise<Taken> {
  return runAgent("source-snmp", configOf(ports, interval, silent), SECONDS)
}

/** The first `silent` hosts are asked at addresses where nobody is. */
function configOf(ports: readonly number[], interval: number, silent: number): JsonObject {
  const objects = oids.map((oid, i) => [oid, { suffix: `value${i}`, short_description: "value" }])
  const hosts = ports.map((port, i) => [
    `127.0.0.1:${port}`,
    { infix: `host${i}`, description: "host", ...(i < silent && { address: `127.0.1.${i + 1}:9` }) },
  ])
  return {
    default_community: "public",
    default_interval: interval,
    default_prefix: "bench",
    default_object_collections: ["all"],
    additional_metric_attributes: [],
    snmp_object_collections: { all: Object.fromEntries(objects) },
    hosts: Object.fromEntries(hosts),
    timeout: 0.3,
    retries: 1,
    selfMetrics: false,
  }
}

if (isMain(import.meta.url)) await run()
