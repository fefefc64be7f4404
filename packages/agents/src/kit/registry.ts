import { closest, MetricqError } from "@metricq/client"
import type { AgentKind } from "./kind.js"

/** Loads each kind only when it is asked for, and with it the library of its devices. */
const loaders: Readonly<Record<string, () => Promise<AgentKind>>> = {
  "source-bacnet": async () => (await import("../source-bacnet/agent.js")).bacnet,
  "source-bacpypes": async () => (await import("../source-bacpypes/agent.js")).bacpypes,
  "source-cmd": async () => (await import("../source-cmd/agent.js")).cmd,
  "source-http": async () => (await import("../source-http/agent.js")).http,
  "source-influx": async () => (await import("../source-influx/agent.js")).influx,
  "source-ipmi": async () => (await import("../source-ipmi/agent.js")).ipmi,
  "source-modbus": async () => (await import("../source-modbus/agent.js")).modbus,
  "source-mqtt": async () => (await import("../source-mqtt/agent.js")).mqtt,
  "source-rabbitmq": async () => (await import("../source-rabbitmq/agent.js")).rabbitmq,
  "source-snmp": async () => (await import("../source-snmp/agent.js")).snmp,
  "source-sysinfo": async () => (await import("../source-sysinfo/agent.js")).sysinfo,
}

/** Names of all kinds of agents, sorted. */
export function kindNames(): string[] {
  return Object.keys(loaders).sort()
}

/**
 * The kind of agent of this name.
 *
 * @throws {MetricqError} `unknown-kind`, with the name that was probably meant
 */
export async function findKind(name: string): Promise<AgentKind> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined
  if (load !== undefined) return load()
  const near = closest(name, kindNames())
  const hint = near === undefined ? `there are: ${kindNames().join(", ")}` : `did you mean ${JSON.stringify(near)}?`
  throw new MetricqError("unknown-kind", `there is no agent of kind ${JSON.stringify(name)}; ${hint}`)
}
