import { z } from "zod"
import { bacnetKeys, cov, deviceAddress, deviceInstance, localAddress } from "../kit/bacnet/bacnet-keys.js"
import { typeNumber } from "../kit/bacnet/names.js"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { parseInstances } from "./instances.js"

const objectType = z.string().refine((text) => typeNumber(text) !== undefined, {
  error: 'a type of the standard such as "analogInput", or its number',
})

const objectInstance = z.union([z.int().min(0), z.string()]).refine((text) => parseInstances(text) !== undefined, {
  error: 'instances such as "1,4-9"; 100,000 at most',
})

const objectGroup = z.looseObject({
  objectType: objectType.describe('such as "analogInput"'),
  objectInstance: objectInstance.describe('such as "1,4-9"'),
  interval: duration.describe("time between two readings: seconds, or a text"),
  description: z.string().optional().describe("template; default: that of the device"),
  nanAtTimeout: z.boolean().optional().describe("default: that of the device"),
  onFailure: failurePolicy.optional().describe("default: that of the device; goes before nanAtTimeout"),
})

const device = z.looseObject({
  metricId: z.string().min(1).describe("template of the metrics' names: $objectName, $deviceName"),
  description: z
    .string()
    .default("$objectDescription")
    .describe("template of the descriptions: also $objectDescription, $deviceDescription"),
  chunkSize: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("objects with a request; default: what the device can answer"),
  deviceIdentifier: deviceInstance.optional().describe("instance of the device, for one that does not tell it"),
  nanAtTimeout: z.boolean().optional().describe("default: that of the source"),
  onFailure: failurePolicy.optional().describe("default: that of the source; goes before nanAtTimeout"),
  cov: cov.optional().describe("default: that of the source"),
  objectGroups: z.array(objectGroup),
})

const texts = z.record(z.string(), z.string())

/** What a configuration of source-bacnet may hold. */
export const bacnetSchema = z.looseObject({
  bacnetReaderAddress: localAddress.describe('own address, with prefix for broadcasts: "192.0.2.9/24"'),
  bacnetReaderObjectIdentifier: deviceInstance.describe("own device instance, that nobody else in the network has"),
  bacnetReaderRetryCount: z
    .int()
    .min(1)
    .default(10)
    .describe("how often a device is asked who it is before it counts as gone for now; three at most are useful"),
  nanAtTimeout: z.boolean().default(false).describe("NaN is sent once there has been no value for six intervals"),
  devices: z.record(deviceAddress, device).describe("the devices, by their addresses"),
  vendorSpecificMapping: texts.default({}).describe("names of objects and devices that are replaced"),
  vendorSpecificNameSubstitutions: texts.default({}).describe("parts of names that are replaced"),
  vendorSpecificDescriptionSubstitutions: texts.default({}).describe("parts of descriptions that are replaced"),
  discoverObjectTypeFilter: z
    .array(objectType)
    .default(["analogValue", "analogInput", "analogOutput", "pulseConverter"])
    .describe("types of objects that the discovery lists, beside those that are configured"),
  ...bacnetKeys,
})

export type BacnetConfig = z.infer<typeof bacnetSchema>
export type BacnetDeviceConfig = z.infer<typeof device>
