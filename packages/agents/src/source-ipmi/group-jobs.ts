import { ConfigError, hostnames, type Logger, type Metadata, Timedelta } from "@metricq/client"
import { milliseconds } from "../kit/fields/duration.js"
import { scheduleOf } from "../kit/fields/schedule.js"
import type { PolledMetric } from "../kit/polling/job.js"
import type { IpmiConfig, IpmiGroupConfig, IpmiSensorConfig } from "./config.js"
import { DcmiQuery } from "./dcmi-query.js"
import { GroupJob, type GroupJobOptions } from "./group-job.js"
import type { Plugin } from "./plugins/plugin.js"
import type { Query } from "./query.js"
import { RawQuery } from "./raw-query.js"
import { SensorsQuery } from "./sensors-query.js"
import { ToolArguments } from "./tool-parameters.js"

const INTERVALS = 3
const LEAST_READING_MS = 10_000
const addressPattern = /^[\w.:%-]+$/

type Sensors = Readonly<Record<string, IpmiSensorConfig>>

export interface GroupContext {
  readonly plugins: ReadonlyMap<string, Plugin>
  readonly logger: Logger
}

/**
 * The jobs of a group of hosts: one for its sensors, one for the power by DCMI, one for each raw command.
 *
 * @throws {ConfigError} if hosts and names do not fit together
 */
export function groupJobs(config: IpmiConfig, group: IpmiGroupConfig, at: string, context: GroupContext): GroupJob[] {
  const tools = new ToolArguments({ ...config.ipmi_sensors_params, ...group.ipmi_sensors_params })
  const hosts = hostsOf(group, at)
  return questionsOf(config, group, tools, context).map(([query, sensors, kind]) => {
    const { username, password, k_g = tools.key } = group
    const { configFile } = tools
    const polling = pollingPart(config, group)
    const asked = [kind, query.command, query.parameters, hosts, { ...group, sensors }, k_g, configFile]
    return new GroupJob(query, {
      ...polling,
      key: JSON.stringify([asked, polling]),
      credentials: { username, password, k_g },
      configFile,
      hosts: hosts.map(({ address, name }) => ({
        address,
        name,
        target: { name, metrics: metricsOf(name, sensors, group.interval ?? config.interval) },
      })),
      logger: context.logger,
    })
  })
}

function pollingPart(
  config: IpmiConfig,
  group: IpmiGroupConfig,
): Pick<GroupJobOptions, "schedule" | "readingMs" | "firstReadingMs" | "retriesMs" | "onFailure" | "logMs"> {
  const schedule = scheduleOf(group.interval ?? config.interval, config)
  const timeout = group.timeout ?? config.timeout
  const readingMs =
    timeout === undefined ? Math.max(schedule.intervalMs * INTERVALS, LEAST_READING_MS) : milliseconds(timeout)
  return {
    schedule,
    readingMs,
    firstReadingMs: Math.max(milliseconds(config.start_timeout), timeout === undefined ? 0 : readingMs),
    retriesMs: config.retry_delays.map(milliseconds),
    onFailure: group.onFailure ?? config.onFailure ?? "nan",
    logMs: milliseconds(config.log_interval),
  }
}

function questionsOf(
  config: IpmiConfig,
  group: IpmiGroupConfig,
  tools: ToolArguments,
  { plugins }: GroupContext,
): [Query, Sensors, string][] {
  const some = (isWanted: (sensor: IpmiSensorConfig) => boolean): Sensors =>
    Object.fromEntries(Object.entries(group.sensors).filter(([, sensor]) => isWanted(sensor)))
  const questions: [Query, Sensors, string][] = []
  const named = some(({ name }) => name !== undefined)
  const options = { plugins, useRecordIds: !group.disable_record_ids }
  if (Object.keys(named).length > 0)
    questions.push([new SensorsQuery(config.ipmi_sensors_cmd, tools, named, options), named, "sensors"])
  const power = some(({ dcmi }) => dcmi !== undefined)
  if (Object.keys(power).length > 0) questions.push([new DcmiQuery(config.ipmi_dcmi_cmd, tools, power), power, "dcmi"])
  for (const command of new Set(Object.values(group.sensors).flatMap(({ raw }) => raw ?? []))) {
    const sensors = some(({ raw }) => raw === command)
    questions.push([new RawQuery(config.ipmi_raw_cmd, tools, command, sensors), sensors, `raw ${command}`])
  }
  return questions
}

function hostsOf(group: IpmiGroupConfig, at: string): { address: string; name: string }[] {
  const addresses = hostnames(group.hosts)
  const names = hostnames(group.names)
  const problems: string[] = []
  if (addresses.length !== names.length)
    problems.push(`${at}.names: expected ${addresses.length} names, as there are hosts, got ${names.length}`)
  const odd = addresses.find((address) => !addressPattern.test(address) || address.startsWith("-"))
  if (odd !== undefined) problems.push(`${at}.hosts: expected addresses, got ${JSON.stringify(odd)}`)
  const twice = addresses.find((address, i) => addresses.indexOf(address) !== i)
  if (twice !== undefined) problems.push(`${at}.hosts: expected each address once, got ${twice} twice`)
  if (problems.length > 0) throw new ConfigError("source-ipmi", problems)
  return addresses.map((address, i) => ({ address, name: names[i] ?? address }))
}

function metricsOf(name: string, sensors: Sensors, interval: number | string): Record<string, PolledMetric> {
  const rate = 1 / Timedelta.from(interval).s
  const entries = Object.entries(sensors).map(([suffix, { unit, description, onFailure }]): [string, PolledMetric] => {
    const metadata: Metadata = { rate, unit, ...(description !== undefined && { description }) }
    return [`${name}.${suffix}`, { metadata, onFailure }]
  })
  return Object.fromEntries(entries)
}
