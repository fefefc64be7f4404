import { z } from "zod"
import { duration, durationOrZero } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { hostlist, hostlistFormat } from "../kit/fields/hostlist.js"
import { pollingKeys } from "../kit/polling/polling-config.js"
import { registerFunctions } from "./protocol/functions.js"
import { isUnits } from "./settings/units.js"
import { valueTypes } from "./values/value-format.js"

/** A number, or a text of digits, as a configuration of the original may have it, or of hexadecimal ones, as manuals have it. */
function wholeNumber(min: number, max: number, what: string) {
  const isRight = (value: number | string) => {
    const number = typeof value === "string" && !/^(\d+|0x[0-9a-f]+)$/i.test(value) ? Number.NaN : Number(value)
    return Number.isInteger(number) && number >= min && number <= max
  }
  return z.union([z.number(), z.string()]).refine(isRight, { error: `${what} from ${min} to ${max}` })
}

const address = wholeNumber(0, 65_535, 'the address of a register, such as 500 or "0x1f4",')
const order = z.enum(["big", "little"])

/** Keys that say how registers are read; nearest to the metric they count most. */
const registerKeys = {
  function: z
    .union([z.enum(registerFunctions), z.int().min(1).max(4)])
    .optional()
    .describe("kind of registers, or its function code 1 to 4; default: input"),
  type: z.enum(valueTypes).optional().describe("default: float32; of coils and discrete inputs: bool"),
  wordOrder: order.optional().describe("little: the least significant register comes first; default: big"),
  byteOrder: order.optional().describe("little: the bytes of each register are swapped; default: big"),
}

/** Keys that say how a device wants to be treated; those of a host before those at the top. */
const mannerKeys = {
  timeout: duration.optional().describe("longest wait for a connection, and for an answer; default 1 s"),
  pause: durationOrZero.optional().describe("between an answer and the next request; default 0"),
  connectPause: durationOrZero.optional().describe("between connecting and the first request; default 0"),
  retryDelay: duration.optional().describe("longest pause after failures in a row; default 10 s"),
  busyRetries: z.int().min(0).max(100).optional().describe("how often a device is asked again that is busy; default 3"),
  busyPause: durationOrZero.optional().describe("before it is asked again; default 100 ms"),
  closeAfterRound: z.boolean().optional().describe("keep no connection open between rounds; default false"),
  maxRegisters: z.int().min(1).max(125).optional().describe("registers a request at most; default 125"),
  maxGap: z
    .int()
    .min(0)
    .optional()
    .describe("registers nobody wants that are read along between two that are wanted; default: as many as fit"),
}

const metric = z.looseObject({
  address: address.describe("of the first register, from 0"),
  description: z.string().default(""),
  unit: z.string().nullish(),
  chunk_size: wholeNumber(0, 1_000_000, "a number of points").nullish().describe("points a message"),
  ...registerKeys,
  size: z.int().min(2).max(250).multipleOf(2).optional().describe("bytes of a string"),
  bit: z.int().min(0).max(63).optional().describe("only this bit of an integer, from 0, the least significant"),
  mask: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a mask, such as 240 or "0xf0",').optional(),
  shift: z.int().min(0).max(63).optional().describe("bits that what is left by mask is shifted down; default 0"),
  map: z.record(z.string(), z.number()).optional().describe('numbers for what is read, such as {"on": 1, "3": 0}'),
  scale: z.number().optional().describe("the value is multiplied by it; default 1"),
  offset: z.number().optional().describe("added after that; default 0"),
  onFailure: failurePolicy.optional().describe("default: that of the group, the host, the source"),
})

const group = z.looseObject({
  interval: duration.nullish().describe("default: that of the source"),
  double_sample: z.boolean().default(false).describe("read twice an interval, and drop what is the same as before"),
  metrics: z
    .record(z.string().min(1), metric)
    .refine((metrics) => Object.keys(metrics).length > 0, { error: "at least one metric" })
    .describe("the metrics, by the last part of their names"),
  ...registerKeys,
  onFailure: failurePolicy.optional(),
})

const text = z.looseObject({
  address,
  size: z.int().min(2).max(250).multipleOf(2).describe("bytes"),
  function: registerKeys.function,
})

const host = z.looseObject({
  hosts: hostlist.describe('addresses, "pdu[1-4]"'),
  port: wholeNumber(1, 65_535, "a port").default(502),
  names: hostlist.describe("first parts of the metrics' names, one for each host or unit"),
  slave_id: z
    .union([z.number(), z.string(), z.array(z.union([z.number(), z.string()])).min(1)])
    .refine(isUnits, { error: 'a unit from 0 to 255, or a hostlist of units such as "[1-8]"' })
    .describe("unit, or the units of a gateway, one for each name")
    .meta(hostlistFormat),
  description: z
    .string()
    .default("")
    .describe("put before the descriptions of the metrics; $name is a text of strings"),
  descriptions: z
    .union([hostlist, z.array(z.string())])
    .nullish()
    .describe("further descriptions, one for each name"),
  strings: z.record(z.string(), text).nullish().describe("texts that are read from the device for descriptions"),
  groups: z.array(group).min(1).describe("metrics that are read together"),
  ...registerKeys,
  ...mannerKeys,
  onFailure: failurePolicy.optional(),
})

/** The keys of a configuration of source-modbus, each for itself. */
export const modbusKeys = z.looseObject({
  hosts: z.array(host).min(1).describe("groups of devices that have the same metrics"),
  interval: duration.nullish().describe("time between two readings, where a group says nothing else"),
  ...mannerKeys,
  ...pollingKeys,
  maxConcurrent: z.int().min(1).max(10_000).default(1000).describe("how many groups are read at the same time at most"),
})

export type ModbusConfig = z.infer<typeof modbusKeys>
export type ModbusHost = z.infer<typeof host>
export type ModbusGroup = z.infer<typeof group>
export type ModbusMetric = z.infer<typeof metric>
