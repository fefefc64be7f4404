import { milliseconds } from "../kit/fields/duration.js"
import type { Secret } from "../kit/fields/secret.js"
import type { SnmpConfig, SnmpHostConfig } from "./config.js"
import { type HostAddress, parseAddress } from "./host-address.js"

/** How a host is asked. */
export interface Access extends HostAddress {
  readonly version: "1" | "2c" | "3"
  readonly community?: Secret | undefined
  readonly user?: string | undefined
  readonly auth?: { readonly protocol: AuthName; readonly password: Secret } | undefined
  readonly priv?: { readonly protocol: PrivName; readonly password: Secret } | undefined
  readonly context?: string | undefined
  /** Of one attempt. */
  readonly timeoutMs: number
  readonly retries: number
}

export type AuthName = "md5" | "sha" | "sha224" | "sha256" | "sha384" | "sha512"
export type PrivName = "des" | "aes" | "aes256b" | "aes256r"

/** What the original waited, and how often it asked again. */
const TIMEOUT_S = 1
const RETRIES = 3

/** How a host of a configuration is asked; `address` is its own, of those a hostlist stands for. */
export function accessOf(config: SnmpConfig, host: SnmpHostConfig, address: string): Access {
  const version = host.version ?? config.version ?? "2c"
  const common = {
    ...parseAddress(host.address ?? address, host.port ?? config.port ?? 161),
    version,
    timeoutMs: milliseconds(host.timeout ?? config.timeout ?? TIMEOUT_S),
    retries: host.retries ?? config.retries ?? RETRIES,
  }
  if (version !== "3") return { ...common, community: host.community ?? config.default_community }
  return {
    ...common,
    user: host.user ?? config.user,
    auth: host.auth ?? config.auth,
    priv: host.priv ?? config.priv,
    context: host.context ?? config.context,
  }
}

/** Until a request has failed: all its attempts. */
export function requestMs({ timeoutMs, retries }: Pick<Access, "timeoutMs" | "retries">): number {
  return timeoutMs * (retries + 1)
}
