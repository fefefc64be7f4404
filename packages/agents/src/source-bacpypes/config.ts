import { z } from "zod"
import { bacnetKeys, cov, deviceAddress, deviceInstance, localAddress } from "../kit/bacnet/bacnet-keys.js"
import { parseObject } from "../kit/bacnet/names.js"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"

const identifier = z.string().refine((text) => parseObject(text) !== undefined, {
  error: 'an object such as "analogValue:190"',
})

const metric = z.looseObject({
  identifier: identifier.describe('the object, such as "analogValue:190"'),
  description: z.string().default(""),
  unit: z.string().optional().describe("unit of the value"),
  chunk_size: z.int().min(1).optional().describe("points a message; default: those of a second"),
  onFailure: failurePolicy.optional().describe("default: that of the source"),
})

const metrics = z
  .record(z.string().min(1), metric)
  .refine((some) => Object.keys(some).length > 0, { error: "one metric or more" })

const group = z.looseObject({
  interval: duration.optional().describe("default: that of the source"),
  metrics: metrics.describe("the metrics, by the last parts of their names"),
})

const device = z.looseObject({
  address: deviceAddress.describe('such as "192.0.2.40"'),
  prefix: z.string().describe("first part of the metrics' names"),
  description: z.string().default("").describe("put before the descriptions of the metrics"),
  chunkSize: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("objects with a request; default: what the device can answer"),
  cov: cov.optional().describe("default: that of the source"),
  groups: z.array(group).min(1),
})

/** What a configuration of source-bacpypes may hold. */
export const bacpypesSchema = z.looseObject({
  bacnetAddress: localAddress.describe('own address: "192.0.2.9", or with prefix for broadcasts'),
  bacnetIdentifier: deviceInstance.describe("own device instance, that nobody else in the network has"),
  bacnetName: z.string().describe("name of the own device; not used"),
  interval: duration.optional().describe("time between two readings, where a group says nothing else"),
  devices: z.array(device).min(1).describe("the devices"),
  ...bacnetKeys,
})

export type BacpypesConfig = z.infer<typeof bacpypesSchema>
export type BacpypesDeviceConfig = z.infer<typeof device>
export type BacpypesMetricConfig = z.infer<typeof metric>
