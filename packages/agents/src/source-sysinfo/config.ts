import { hostname } from "node:os"
import { checkMetricName, globToRegExp } from "@metricq/client"
import { z } from "zod"
import { type Choices, GROUP_NAMES, type GroupName } from "./groups.js"
import { nothing, Selection } from "./selection.js"

const glob = z.string().refine(isGlob, { error: 'a glob such as "eth*"' })

const group = z
  .union([
    z.boolean(),
    z.looseObject({
      include: z.array(glob).optional().describe("globs: only these devices, in place of the default choice"),
      exclude: z.array(glob).optional().describe("globs: not these devices"),
    }),
  ])
  .default(true)

/** What a configuration of source-sysinfo may hold. Every group is on unless switched off. */
export const sysinfoSchema = z.looseObject({
  rate: z.number().gt(0).lte(1000).default(1).describe("updates per second, in Hz"),
  prefix: z
    .string()
    .refine(isPrefix, { error: 'the beginning of a metric name such as "lab.node17", of at most 120 bytes' })
    .optional()
    .describe('first part of all metric names; default: the name of the host; "": none'),
  cpu: group.describe("cpu.usage: how busy all CPUs are"),
  modes: group.describe("cpu.mode.MODE: time spent in user, nice, system, idle, iowait, irq, softirq, steal"),
  cores: group.describe("cpu.coreN.usage: how busy each logical CPU is"),
  load: group.describe("load.avg1, load.avg5, load.avg15"),
  mem: group.describe("mem.FIELD: physical memory"),
  swap: group.describe("swap.FIELD: swap space"),
  net: group.describe("net.NIC: data and packets; by default without lo*, br*, docker*, veth*"),
  disk: group.describe("disk.DISK: data and operations of disks and partitions"),
  fs: group.describe("fs.PATH: space on filesystems; by default on those of local devices"),
  temp: group.describe("temp.SENSOR: temperatures"),
  pressure: group.describe("pressure.RESOURCE: time stalled for cpu, memory, io and irq"),
  power: group.describe("power.ZONE: power of processors and memory, where it may be read"),
  system: group.describe("system.FIELD: uptime, tasks, interrupts, context switches, forks"),
} satisfies Record<GroupName | "rate" | "prefix", z.ZodType>)

export type SysinfoConfig = z.infer<typeof sysinfoSchema>

/** What precedes the names of all metrics: empty, or ending in a dot. */
export function metricPrefix({ prefix = hostPrefix() }: Pick<SysinfoConfig, "prefix">): string {
  return prefix === "" || prefix.endsWith(".") ? prefix : `${prefix}.`
}

/** What is chosen of each group. */
export function choicesOf(config: SysinfoConfig): Choices {
  const choice = (setting: SysinfoConfig[GroupName]) =>
    setting === false ? nothing : new Selection(setting === true ? {} : setting)
  return Object.fromEntries(GROUP_NAMES.map((name) => [name, choice(config[name])])) as Record<GroupName, Selection>
}

/** The name of this host with `_` for what has no place in a metric name; its dots stay. */
function hostPrefix(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9_.-]/g, "_")
      .replace(/^[_.]+/, "") || "localhost"
  )
}

function isGlob(text: string): boolean {
  return !text.includes("/") && accepts(() => globToRegExp(text))
}

function isPrefix(text: string): boolean {
  const longest = "x".repeat(255 - 120 - ".".length)
  return text === "" || accepts(() => checkMetricName(`${text.replace(/\.$/, "")}.${longest}`))
}

function accepts(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}
