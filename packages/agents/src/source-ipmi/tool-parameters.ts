import { ConfigError } from "@metricq/client"
import { plainLayout, type RowLayout } from "./sensor-row.js"

/** Parameters of `ipmi-sensors` by their names, `--session-timeout` or `-l`; `null` is a parameter without value. */
export type ToolParameters = Readonly<Record<string, string | number | null>>

/** What the tools are given where the configuration says nothing else: the original's, in ms. */
const defaults: ToolParameters = {
  "--no-header-output": null,
  "--session-timeout": 950,
  "--retransmission-timeout": 650,
  "-Q": null,
}

/** Parameters that all tools of FreeIPMI understand, and so DCMI and raw commands get, too. */
const common = new Set([
  "-D",
  "--driver-type",
  "-l",
  "--privilege-level",
  "-I",
  "--cipher-suite-id",
  "-a",
  "--authentication-type",
  "-W",
  "--workaround-flags",
  "--session-timeout",
  "--retransmission-timeout",
])

/** What stands in the group of hosts, or would wait for a person. */
const refused = ["--hostname", "--username", "--password-prompt", "--k-g-prompt"]
const refusedShort = new Set(["-h", "-u", "-p", "-P", "-K"])
/** Go into a file, as credentials do. */
const keys = ["-k", "--k-g"]
/** Paths: what a configuration makes a program read or write is for the operator to allow. */
const paths = ["--config-file", "--sdr-cache-file", "--sensor-state-config-file"]

/** Parameters as the tools take them. */
export class ToolArguments {
  /** For `ipmi-sensors`. */
  readonly sensors: readonly string[]
  /** For the other tools. */
  readonly common: readonly string[]
  readonly layout: RowLayout
  /** A configuration file of FreeIPMI's that they name. */
  readonly configFile: string | undefined
  /** A key that they give. */
  readonly key: string | undefined
  /** Those that need the operator's permission, as they would stand on a command line. */
  readonly restricted: readonly string[]

  /** @throws {ConfigError} for parameters that would give credentials away or wait for a person */
  constructor(parameters: ToolParameters) {
    const all = { ...defaults, ...parameters }
    const problems = Object.keys(all).flatMap(problemOf)
    if (problems.length > 0) throw new ConfigError("source-ipmi", problems)
    const { "--config-file": configFile, "-k": short, "--k-g": long, ...own } = all
    this.configFile = textOf(configFile)
    this.key = textOf(short ?? long)
    this.sensors = Object.entries(own).flatMap(wordsOf)
    this.common = Object.entries(own)
      .filter(([name]) => common.has(name))
      .flatMap(wordsOf)
    this.restricted = Object.entries(all)
      .filter(([name]) => paths.some((path) => isShortFor(name, path)))
      .flatMap(wordsOf)
      .map((word) => `ipmi-sensors ${word}`)
    this.layout = layoutOf(Object.keys(all))
  }
}

function textOf(value: string | number | null | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value)
}

function wordsOf([name, value]: [string, string | number | null]): string[] {
  if (value === null) return [name]
  return name.startsWith("--") ? [`${name}=${value}`] : [name, String(value)]
}

function problemOf(name: string): string[] {
  const at = `ipmi_sensors_params[${JSON.stringify(shownName(name))}]`
  if (!/^(-[A-Za-z?]|--[a-z][a-z-]+)$/.test(name))
    return [`${at}: expected a parameter such as "-l" or "--driver-type"`]
  if (name !== "--config-file" && isShortFor(name, "--config-file")) return [`${at}: expected "--config-file"`]
  if (keys.includes(name)) return []
  if (!refusedShort.has(name) && !refused.some((long) => isShortFor(name, long))) return []
  return [`${at}: expected "hosts", "username", "password" and "k_g" of the group instead`]
}

/** What is written close behind a name may be a password. */
function shownName(name: string): string {
  return name.startsWith("--") ? (name.split("=")[0] ?? "").slice(0, 40) : name.slice(0, 2)
}

/** FreeIPMI takes any beginning of a long name for the name. */
function isShortFor(name: string, long: string): boolean {
  return name.startsWith("--") && name.length > 2 && long.startsWith(name)
}

function layoutOf(names: readonly string[]): RowLayout {
  const has = (long: string, shortest: string) =>
    names.some((name) => name.length >= shortest.length && isShortFor(name, long))
  return {
    ...plainLayout,
    hasType: !has("--no-sensor-type-output", "--no-s"),
    hasState: has("--output-sensor-state", "--output-sensor-s"),
    hasThresholds: has("--output-sensor-thresholds", "--output-sensor-t"),
  }
}
