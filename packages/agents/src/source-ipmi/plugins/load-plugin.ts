import { isAbsolute } from "node:path"
import { pathToFileURL } from "node:url"
import { MetricqError } from "@metricq/client"
import { readPermissions } from "../../kit/permissions.js"
import * as hycTenant from "./hyc-tenant.js"
import type { Plugin } from "./plugin.js"
import * as powerSupply from "./power-supply.js"

const builtIn: Readonly<Record<string, Plugin>> = { hyc_tenant: hycTenant, power_supply: powerSupply }

/**
 * The plugin of a name: one that is built in, or one that the operator of this machine has on their list.
 *
 * @throws {MetricqError} `not-allowed`, or `plugin` if its module cannot be loaded or is none
 */
export async function loadPlugin(name: string): Promise<Plugin> {
  const own = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
  if (own !== undefined) return own
  const { plugins } = readPermissions()
  const path = Object.hasOwn(plugins, name) ? plugins[name] : undefined
  if (path === undefined)
    throw new MetricqError("not-allowed", `there is no plugin ${name} on this machine: ${remedy()}`)
  if (!isAbsolute(path)) throw new MetricqError("plugin", `the plugin ${name} has no absolute path: ${path}`)
  return checkPlugin(name, await load(name, path))
}

function remedy(): string {
  const names = Object.keys(builtIn).join(", ")
  return `built in are ${names}; others go into "plugins" in the file that the agent is given with --allow`
}

async function load(name: string, path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href)
  } catch (cause) {
    const reason = (cause as Error).message
    throw new MetricqError("plugin", `the plugin ${name} at ${path} cannot be loaded: ${reason}`, { cause })
  }
}

function checkPlugin(name: string, module: unknown): Plugin {
  const { createMetricValue, neededSensors } = module as Record<string, unknown>
  const isRight = neededSensors === undefined || (Number.isInteger(neededSensors) && Number(neededSensors) > 0)
  if (typeof createMetricValue === "function" && isRight) return module as Plugin
  throw new MetricqError("plugin", `the plugin ${name} exports no createMetricValue(sensors), or a wrong neededSensors`)
}
