import { z } from "zod"
import { duration, milliseconds } from "../fields/duration.js"
import { pollingKeys } from "../polling/polling-config.js"
import { parseDeviceAddress, parseLocalAddress } from "./address.js"
import type { PortSettings } from "./bacnet-port.js"
import type { CovSettings } from "./cov-subscriptions.js"
import { ANY_INSTANCE } from "./names.js"

/** An own address in a configuration: `192.0.2.9`, `192.0.2.9/24`, `192.0.2.9/24:47809`. */
export const localAddress = z.string().refine((text) => parseLocalAddress(text) !== undefined, {
  error: 'an own IPv4 address such as "192.0.2.9/24"',
})

/** A device's address in a configuration: `192.0.2.40`, `192.0.2.40:47809`, `2001:12@192.0.2.1`. */
export const deviceAddress = z.string().refine((text) => parseDeviceAddress(text) !== undefined, {
  error: 'an IPv4 address such as "192.0.2.40" or "192.0.2.40:47809", or "2001:12@192.0.2.1" behind a router',
})

/** A device instance. */
export const deviceInstance = z.int().min(0).max(ANY_INSTANCE)

/** Whether, and how, devices are to tell of changes on their own. */
export const cov = z.union([
  z.boolean(),
  z.looseObject({
    lifetime: duration.optional().describe('a subscription ends after this time unless renewed; default "5min"'),
    confirmed: z.boolean().optional().describe("each notification is acknowledged; default false"),
  }),
])

export type CovKey = z.infer<typeof cov>

const bbmd = z.looseObject({
  address: z
    .string()
    .refine((text) => parseDeviceAddress(text)?.network === undefined && parseDeviceAddress(text) !== undefined, {
      error: 'an IPv4 address such as "192.0.2.1"',
    }),
  ttl: duration.optional().describe('the registration ends after this time unless renewed; default "5min"'),
})

/** Keys that all sources of BACnet values have at the top of their configurations, beside those of every polling source. */
export const bacnetKeys = {
  ...pollingKeys,
  // Nothing is started or opened for a device that does not answer, so many may be waited for.
  maxConcurrent: pollingKeys.maxConcurrent
    .unwrap()
    .default(1000)
    .describe("how many devices are asked at the same time at most"),
  timeout: duration.default(3).describe("longest wait for an answer"),
  retries: z.int().min(0).max(10).default(1).describe("how often a request without an answer is sent again"),
  cov: cov.optional().describe("devices tell of changes on their own, where they can; polling goes on. Default: no"),
  bbmd: bbmd.optional().describe("take part in the broadcasts of another network: register there as foreign device"),
}

const LIFETIME = 300
const MAX_TTL_S = 65_535

/** How subscriptions are made; `undefined`: not at all. */
export function covSettings(key: CovKey | undefined): CovSettings | undefined {
  if (key === undefined || key === false) return undefined
  const { lifetime = LIFETIME, confirmed = false } = key === true ? {} : key
  return { lifetimeS: wholeSeconds(lifetime), confirmed }
}

/** The port of a configuration; the own address and instance have been checked. */
export function portSettings(
  own: { readonly address: string; readonly instance: number },
  keys: { timeout: number | string; retries: number; bbmd?: z.infer<typeof bbmd> | undefined },
): PortSettings {
  const local = parseLocalAddress(own.address) ?? { host: "0.0.0.0", port: 0 }
  const place = keys.bbmd && parseDeviceAddress(keys.bbmd.address)
  const ttlS = Math.min(wholeSeconds(keys.bbmd?.ttl ?? LIFETIME), MAX_TTL_S)
  const foreign = place && { host: place.host, port: place.port, ttlS }
  return {
    local,
    instance: own.instance,
    timeoutMs: milliseconds(keys.timeout),
    attempts: keys.retries + 1,
    ...(foreign && { foreign }),
  }
}

function wholeSeconds(value: number | string): number {
  return Math.max(1, Math.round(milliseconds(value) / 1000))
}
