import type { JsonObject } from "@metricq/client"

/** One change, as the part of the server tells it that made it. */
export interface AuditEntry {
  /** What was done: the thing and the deed, such as `config.set`, `metadata.set`, `user.add`. */
  readonly action: string
  /** To what: a token, a metric, a user; a count if there are many. */
  readonly subject: string
  /** Whatever else helps to understand it later; no secrets. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** One change, as it is kept. */
export interface AuditLine extends AuditEntry {
  /** Grows by one with each. */
  readonly seq: number
  /** ISO 8601. */
  readonly time: string
  /** Who, in what role, and how that was known. */
  readonly name: string
  readonly role: string
  readonly via: string
  /** Name of the API token. */
  readonly token?: string
  readonly address: string
  readonly detail?: JsonObject
}

/** Which changes are asked for. */
export interface AuditFilter {
  readonly name?: string
  /** One action, or with a dot at its end all of a thing: `config.`. */
  readonly action?: string
  /** Contained in the subject, in any case. */
  readonly subject?: string
  /** From this time on, and before that one; ISO 8601 in UTC. */
  readonly from?: string
  readonly to?: string
  /** Before the one of this number. */
  readonly before?: number
  readonly limit: number
}

/** Whether a change is asked for, whatever the limit. */
export function fits(line: AuditLine, { name, action, subject, from, to, before }: AuditFilter): boolean {
  if (before !== undefined && line.seq >= before) return false
  if (name !== undefined && line.name.toLowerCase() !== name.toLowerCase()) return false
  if (action !== undefined && !(action.endsWith(".") ? line.action.startsWith(action) : line.action === action))
    return false
  if (subject !== undefined && !line.subject.toLowerCase().includes(subject.toLowerCase())) return false
  return (from === undefined || line.time >= from) && (to === undefined || line.time < to)
}
