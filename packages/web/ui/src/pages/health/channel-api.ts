import { get, post, put, remove } from "../../api.js"
import type { Severity } from "./health-api.js"

export type ChannelType = "mail" | "webhook" | "nsca"

/** Every type, the one that most ask for first. */
export const channelTypes: readonly ChannelType[] = ["mail", "webhook", "nsca"]

/** A secret is masked when it comes; where it is read from stays to be seen. */
export type Secret = string | { $env: string } | { $file: string }

/** Where a channel sends, whatever its type; what this page does not know is kept as it is. */
export interface Target {
  url?: string
  secret?: Secret
  host?: string
  port?: number
  security?: "tls" | "starttls" | "none"
  encryption?: "none" | "xor" | "3des" | "aes"
  user?: string
  password?: Secret
  from?: string
  to?: string[]
  reportingHost?: string
  service?: string
  resendS?: number
}

/** Which findings are sent where. */
export interface ChannelSettings {
  name: string
  type: ChannelType
  on: boolean
  minimum: Severity
  kinds: string[]
  metrics: string[]
  resolved: boolean
  digestS: number
  /** Absent for those who are no administrators. */
  target?: Target
}

/** And how it fares. Times are ISO 8601. */
export interface Channel extends ChannelSettings {
  /** A file of the web server says so; it cannot be changed here. */
  fixed: boolean
  state: {
    lastSuccess: { time: string; answer?: string } | null
    lastError: { time: string; text?: string } | null
    waiting: number
    delivered: number
    failed: number
    retries: number
  }
}

/** The server's API of channels; rejects as `api` does. */
export const channelApi = {
  list: (signal?: AbortSignal) => get<{ channels: Channel[] }>("health/channels", {}, signal),
  set: ({ name, ...rest }: ChannelSettings) => put<Channel>(`health/channels/${encodeURIComponent(name)}`, rest),
  remove: (name: string) => remove<object>(`health/channels/${encodeURIComponent(name)}`),
  test: (name: string) =>
    post<{ delivered: boolean; answer: string }>(`health/channels/${encodeURIComponent(name)}/test`, {}),
}
