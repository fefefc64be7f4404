import { hostnames, MetricqError } from "@metricq/client"
import type { Discovery } from "../kit/discovery.js"
import { passwordOf, passwordOption } from "../kit/discovery-secret.js"
import { limitedSignal } from "../kit/limited-signal.js"
import { namePart } from "../kit/name-part.js"
import { HostLines } from "./host-lines.js"
import { parseSensorRow, type SensorRow } from "./sensor-row.js"
import { runTool } from "./tool.js"
import { ToolArguments } from "./tool-parameters.js"

/** It may have to fetch the lists of sensors. */
const LIMIT_MS = 180_000

/** Units as MetricQ's sources name them, where FreeIPMI has others. */
const units: Readonly<Record<string, string>> = { C: "degC", F: "degF", RPM: "rpm" }

/** Reads the lists of sensors of some BMCs, and makes a configuration of those that have a number. */
export const sensorDiscovery: Discovery = {
  summary: "reads the sensors of BMCs",
  options: {
    hosts: { description: 'addresses of BMCs, such as "bmc[01-16].example"', isRequired: true },
    names: { description: "first parts of the metrics' names, one for each host; default: of the addresses" },
    user: { description: "user of the BMCs", isRequired: true },
    password: { ...passwordOption, isRequired: true },
    driver: { description: 'how to talk to them: "LAN_2_0" or "LAN"; default: what FreeIPMI takes' },
    level: { description: 'privilege level: "USER", "OPERATOR", "ADMIN"; default "OPERATOR"' },
    cache: { description: "folder where FreeIPMI keeps the lists of sensors; default: below the home of its user" },
    interval: { description: 'interval of the configuration; default "10s"' },
  },
  async run(
    { hosts = "", names, user = "", password = "", driver, level, cache, interval = "10s" },
    { signal, progress },
  ) {
    const addresses = hostnames(hosts)
    const prefixes = names === undefined ? addresses.map(nameOf) : hostnames(names)
    if (prefixes.length !== addresses.length)
      throw new MetricqError("ipmi", `names: expected ${addresses.length}, as there are hosts, got ${prefixes.length}`)
    const parameters = {
      ...(driver !== undefined && { "--driver-type": driver }),
      ...(level !== undefined && { "-l": level }),
      ...(cache !== undefined && { "--sdr-cache-directory": cache }),
    }
    progress(`asking ${addresses.length} BMCs`)
    const credentials = { username: user, password: passwordOf(password) }
    const sensors = await sensorsOf(addresses, new ToolArguments(parameters), credentials, signal)
    for (const address of addresses) progress(`${address}: ${sensors.get(address)?.size ?? 0} sensors with a number`)
    const groups = groupsOf(addresses, prefixes, sensors)
    if (groups.length === 0) throw new MetricqError("ipmi", "no BMC has told of any sensor")
    const access = { username: user, password: { $env: "METRICQ_SECRET_BMC" } }
    return {
      interval,
      ...(Object.keys(parameters).length > 0 && { ipmi_sensors_params: parameters }),
      ipmi_hosts: groups.map(({ hosts: some, names: their, sensors: what }) => ({
        hosts: some,
        names: their,
        ...access,
        sensors: what,
      })),
    }
  },
}

type Found = ReadonlyMap<string, SensorRow>

/** By the addresses; sensors by their names. */
async function sensorsOf(
  hosts: readonly string[],
  { sensors, layout }: ToolArguments,
  credentials: { username: string; password: string },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Found>> {
  const lines = new HostLines(hosts)
  const limit = limitedSignal(signal, LIMIT_MS)
  const running = runTool({
    command: "ipmi-sensors",
    parameters: [...sensors, "--sdr-cache-recreate"],
    hosts,
    tail: [],
    credentials,
    configFile: undefined,
    signal: limit,
    onStdout: (text) => lines.add(text),
  })
  const { stderr } = await running.catch((error) => {
    if (limit.aborted) return { stderr: "" }
    throw error
  })
  lines.end()
  const rowsOf = (host: string) => lines.of(host).flatMap((line) => parseSensorRow(line, layout) ?? [])
  const found = hosts.map((host): [string, Found] => [
    host,
    new Map(
      rowsOf(host)
        .filter(({ value }) => !Number.isNaN(value))
        .map((row) => [row.name, row]),
    ),
  ])
  if (found.every(([, rows]) => rows.size === 0) && stderr.trim() !== "") throw new MetricqError("ipmi", stderr.trim())
  return new Map(found)
}

interface Group {
  readonly hosts: string[]
  readonly names: string[]
  readonly sensors: Record<string, { name: string; unit: string }>
}

/** BMCs that have the same sensors belong together. */
function groupsOf(hosts: readonly string[], names: readonly string[], found: ReadonlyMap<string, Found>): Group[] {
  const groups = new Map<string, Group>()
  hosts.forEach((host, i) => {
    const sensors = sensorConfigs(found.get(host) ?? new Map())
    if (Object.keys(sensors).length === 0) return
    const key = JSON.stringify(sensors)
    const group = groups.get(key) ?? { hosts: [], names: [], sensors }
    group.hosts.push(host)
    group.names.push(names[i] ?? host)
    groups.set(key, group)
  })
  return [...groups.values()]
}

function sensorConfigs(rows: Found): Group["sensors"] {
  const sensors: Group["sensors"] = {}
  for (const { name, unit, recordId } of rows.values()) {
    const base = namePart(name) || `sensor_${recordId}`
    let suffix = base
    for (let i = 2; suffix in sensors; i += 1) suffix = `${base}_${i}`
    sensors[suffix] = { name, unit: units[unit] ?? unit }
  }
  return sensors
}

/** `bmc07.example` is called `bmc07`, an IP address by all its numbers. */
function nameOf(address: string): string {
  return /^[\d.:]+$/.test(address) ? `bmc_${namePart(address)}` : namePart(address.split(/[.:]/)[0] ?? "") || "bmc"
}
