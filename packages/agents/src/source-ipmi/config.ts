import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { hostlist } from "../kit/fields/hostlist.js"
import { secret } from "../kit/fields/secret.js"
import { pollingKeys } from "../kit/polling/polling-config.js"
import { parseByteField } from "./byte-field.js"

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

/** Bytes as `ipmitool raw` takes them. */
const rawPattern = /^\s*(0x[0-9a-f]{1,2}|\d{1,3})(\s+(0x[0-9a-f]{1,2}|\d{1,3})){1,63}\s*$/i

const sensor = z
  .looseObject({
    name: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe("name of the sensor; with a plugin, names of the sensors it needs"),
    plugin: z
      .string()
      .min(1)
      .optional()
      .describe("makes the value of the sensors: hyc_tenant, power_supply, or one of the operator's"),
    dcmi: z
      .enum(["power", "power_min", "power_max", "power_average"])
      .optional()
      .describe("instead of a sensor: what the BMC tells of the power by DCMI, in W"),
    raw: z
      .string()
      .refine((text) => rawPattern.test(text), { error: 'bytes such as "0x3a 0x32 0x01"' })
      .optional()
      .describe("instead of a sensor: a command, its bytes as for ipmitool raw; the operator must allow it"),
    bytes: z
      .string()
      .refine((text) => parseByteField(text) !== undefined, { error: 'a field such as "u8@0", "u16le@3" or "i32be@4"' })
      .optional()
      .describe("which bytes of the answer to a raw command are the value"),
    scale: z.number().optional().describe("the value is multiplied by it; default 1"),
    offset: z.number().default(0).describe("added after that"),
    unit: z.string().default("N/A").describe("unit of the value"),
    description: z.string().optional(),
    onFailure: failurePolicy.optional().describe("default: that of the group, then that of the source"),
  })
  .refine(({ name, dcmi, raw }) => [name, dcmi, raw].filter((key) => key !== undefined).length === 1, {
    error: 'one of "name", "dcmi", "raw"',
  })
  .refine(({ raw, bytes }) => (raw === undefined) === (bytes === undefined), { error: '"raw" and "bytes" together' })
  .refine(({ name, plugin }) => plugin === undefined || name !== undefined, { error: '"name" for the plugin' })
  .refine(({ name, plugin }) => plugin !== undefined || !Array.isArray(name) || name.length === 1, {
    error: "one name, as there is no plugin",
  })

const hosts = z.looseObject({
  hosts: hostlist.describe('addresses of BMCs, with a port where needed: "bmc[01-16].example", "10.0.0.[1-9]:9623"'),
  names: hostlist.describe("first parts of the metrics' names, one for each host"),
  username: z.string(),
  password: secret,
  k_g: secret.optional().describe("key of the BMCs, where they have one"),
  interval: duration.optional().describe("default: that of the source"),
  timeout: duration.optional().describe("default: that of the source"),
  disable_record_ids: z
    .boolean()
    .default(false)
    .describe("read all sensors each time, and not only those that are needed"),
  ipmi_sensors_params: parameters.optional().describe("further ones, before those of the source"),
  onFailure: failurePolicy.optional().describe("default: that of the source"),
  sensors: z.record(z.string().min(1), sensor).describe("the metrics, by the last part of their names"),
})

/** What a configuration of source-ipmi may hold. */
export const ipmiSchema = z.looseObject({
  ipmi_hosts: z.array(hosts).describe("groups of BMCs that have the same sensors, user and password"),
  interval: duration.default(1).describe("time between two readings"),
  timeout: duration.optional().describe("a program is ended after this time; default: three intervals, at least 10 s"),
  start_timeout: duration
    .default(60)
    .describe("the same for the first reading of a BMC, which may have to fetch its list of sensors"),
  retry_delays: z
    .array(duration)
    .min(1)
    .max(100)
    .default([5, 20, 60, 300])
    .describe("pauses before a BMC that fails is tried again; the last one holds from then on"),
  log_interval: duration.default(30).describe("time between two log lines on how many BMCs answer"),
  ipmi_sensors_cmd: z.string().min(1).default("ipmi-sensors").describe("program that reads sensors"),
  ipmi_dcmi_cmd: z.string().min(1).default("ipmi-dcmi").describe("program that reads the power by DCMI"),
  ipmi_raw_cmd: z.string().min(1).default("ipmi-raw").describe("program that sends raw commands"),
  ipmi_sensors_params: parameters
    .default({})
    .describe('parameters of the program, such as {"--driver-type": "LAN_2_0", "-l": "USER"}; null: without value'),
  ...pollingKeys,
})

export type IpmiConfig = z.infer<typeof ipmiSchema>
export type IpmiGroupConfig = z.infer<typeof hosts>
export type IpmiSensorConfig = z.infer<typeof sensor>
