import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { hostlist } from "../kit/fields/hostlist.js"
import { secret } from "../kit/fields/secret.js"
import { pollingKeys } from "../kit/polling/polling-config.js"
import { jsonParams } from "./parsers/json.js"
import { openbmcParams } from "./parsers/openbmc.js"
import { prometheusParams } from "./parsers/prometheus-text.js"
import { regexParams } from "./parsers/regex.js"
import { sidecoolerParams } from "./parsers/sidecooler.js"

const common = {
  path: z.string().min(1).describe('path on the host, such as "/redfish/v1/Chassis/1/Power"'),
  method: z.enum(["GET", "POST"]).default("GET"),
  headers: z.record(z.string(), z.string()).optional().describe("further headers of the request"),
  body: z.string().optional().describe("body of the request"),
  description: z.string().default(""),
  unit: z.string().optional().describe("unit of the value"),
  scale: z.number().optional().describe("the value is multiplied by it; default 1"),
  offset: z.number().optional().describe("added after that; default 0"),
  chunk_size: z.int().min(1).optional().describe("points a message; default 1"),
  interval: duration.optional().describe("default: that of the host, then that of the source"),
  onFailure: failurePolicy.optional().describe("default: that of the host, then that of the source"),
}

const metric = z.discriminatedUnion("plugin", [
  z.looseObject({ ...common, plugin: z.literal("json"), plugin_params: jsonParams }),
  z.looseObject({ ...common, plugin: z.literal("openbmc"), plugin_params: openbmcParams.optional() }),
  z.looseObject({ ...common, plugin: z.literal("sidecooler"), plugin_params: sidecoolerParams }),
  z.looseObject({ ...common, plugin: z.literal("prometheus"), plugin_params: prometheusParams }),
  z.looseObject({ ...common, plugin: z.literal("regex"), plugin_params: regexParams }),
])

const host = z.looseObject({
  hosts: hostlist.describe('addresses, with a port where needed: "bmc[1-4]", "10.0.0.[1-9]:8443"'),
  names: hostlist.describe("first parts of the metrics' names, one for each host"),
  description: z.string().default("").describe("put before the descriptions of the metrics"),
  insecure: z.boolean().default(false).describe("http instead of https"),
  verify_ssl: z.boolean().default(true).describe("check certificates"),
  login_type: z.enum(["none", "basic", "cookie", "redfish"]).default("none"),
  user: z.string().optional(),
  password: secret.optional(),
  login_path: z.string().optional().describe("for cookie: where user and password are posted to"),
  interval: duration.optional(),
  onFailure: failurePolicy.optional(),
  metrics: z.record(z.string().min(1), metric).describe("the metrics, by the last part of their names"),
})

/** What a configuration of source-http may hold. */
export const httpSchema = z.looseObject({
  hosts: z.array(host).describe("groups of hosts that have the same metrics"),
  interval: duration.optional().describe("time between two requests, where nothing else is said"),
  http_timeout: duration.default(5).describe("longest time for a request"),
  retry_delay: duration.default(60).describe("pause after a host was out of reach"),
  ...pollingKeys,
})

export type HttpConfig = z.infer<typeof httpSchema>
export type HttpHostConfig = z.infer<typeof host>
export type HttpMetricConfig = z.infer<typeof metric>
