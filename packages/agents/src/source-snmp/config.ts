import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { hostlistFormat } from "../kit/fields/hostlist.js"
import { secret } from "../kit/fields/secret.js"
import { pollingKeys } from "../kit/polling/polling-config.js"
import { textValueKeys } from "../kit/values/text-value.js"
import { checkReferences } from "./config-references.js"
import { isOid } from "./oid.js"

const oid = z.string().refine(isOid, { error: 'an OID such as ".1.3.6.1.2.1.1.3.0"' })

/** How hosts are asked; at the top for all, and at each host. */
const accessKeys = {
  version: z.enum(["1", "2c", "3"]).optional().describe('version of SNMP; default "2c"'),
  port: z.int().min(1).max(65_535).optional().describe("UDP port; default 161"),
  timeout: duration
    .optional()
    .describe("a request without an answer is repeated, or fails, after this time; default 1 s"),
  retries: z.int().min(0).max(20).optional().describe("how often a request is repeated; default 3"),
  maxOids: z.int().min(1).max(1000).optional().describe("objects a request asks for at most; default 60"),
  user: z.string().min(1).max(32).optional().describe("for version 3: the user"),
  auth: z
    .looseObject({
      protocol: z.enum(["md5", "sha", "sha224", "sha256", "sha384", "sha512"]).default("sha"),
      password: secret,
    })
    .optional()
    .describe("for version 3: how requests are signed"),
  priv: z
    .looseObject({
      protocol: z.enum(["des", "aes", "aes256b", "aes256r"]).default("aes").describe("aes256r is that of Cisco"),
      password: secret,
    })
    .optional()
    .describe("for version 3: how requests are encrypted"),
  context: z.string().max(255).optional().describe("for version 3: the context"),
}

const object = z.looseObject({
  suffix: z.string().min(1).describe("last part of the metric's name; in tables with {name} or {index}"),
  short_description: z.string().describe("put behind the description of the host"),
  multiplier: z.number().optional().describe("the value is multiplied by it; default 1"),
  absolute: z.boolean().default(false).describe("the sign of the value is dropped"),
  interval: duration.optional().describe("default: that of the table, then that of the host, then that of the source"),
  rate: z.boolean().default(false).describe("the value is a counter: send how fast it grows, per second"),
  onFailure: failurePolicy.optional().describe("default: that of the host, then that of the source"),
  ...textValueKeys,
})

const table = z.looseObject({
  name: oid.optional().describe("column whose value names a row in {name}; default: the index"),
  match: z
    .string()
    .refine(isRegExp, { error: "a regular expression" })
    .optional()
    .describe("only rows whose name matches"),
  interval: duration.optional().describe("default: that of the host, then that of the source"),
  columns: z.record(oid, object).describe("what is read of each row, by the OID of the column"),
})

const host = z.looseObject({
  infix: z
    .string()
    .min(1)
    .describe("middle part of the metrics' names; a hostlist where the host is one")
    .meta(hostlistFormat),
  description: z.string().describe("put before the descriptions of the objects"),
  address: z.string().min(1).optional().describe("where it is; default: the key of the host"),
  community: secret.optional().describe("default: default_community"),
  interval: duration.optional().describe("default: default_interval"),
  objects: z.array(z.string()).optional().describe("collections and tables; default: default_object_collections"),
  onFailure: failurePolicy.optional().describe("default: that of the source"),
  ...accessKeys,
})

/** What a configuration of source-snmp may hold. */
export const snmpSchema = z
  .looseObject({
    default_community: secret.optional().describe("community of hosts that have none of their own; not for version 3"),
    default_interval: duration.describe("time between two requests, where nothing else is said"),
    default_prefix: z.string().min(1).describe("first part of all metric names"),
    default_object_collections: z.array(z.string()).describe("collections and tables of hosts without objects"),
    additional_metric_attributes: z
      .array(z.string())
      .describe("keys of objects and hosts that are copied into the metadata, such as unit, room"),
    snmp_object_collections: z.record(z.string(), z.record(oid, object)).describe("objects by OID, in collections"),
    snmp_tables: z.record(z.string(), table).default({}).describe("tables, whose rows are looked up on the host"),
    hosts: z
      .record(z.string().min(1).meta(hostlistFormat), host)
      .describe("the hosts by their address, with a port where needed; hostlists"),
    num_procs: z.int().optional().describe("accepted for old documents: one process asks all hosts"),
    ...accessKeys,
    ...pollingKeys,
    maxConcurrent: pollingKeys.maxConcurrent
      .unwrap()
      .default(256)
      .describe("how many hosts are asked at the same time"),
  })
  .superRefine((config, context) => {
    for (const { path, expected } of checkReferences(config)) {
      context.addIssue({ code: "custom", path: [...path], message: expected })
    }
  })

export type SnmpConfig = z.infer<typeof snmpSchema>
export type SnmpHostConfig = z.infer<typeof host>
export type SnmpObjectConfig = z.infer<typeof object>
export type SnmpTableConfig = z.infer<typeof table>

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) !== undefined
  } catch {
    return false
  }
}
