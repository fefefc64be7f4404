import { createHash } from "node:crypto"

/** `error`: data is being lost, or nobody knows; `warning`: something is wrong; `info`: something could be better. */
export type Severity = "error" | "warning" | "info"

/** Every severity, the worst first. */
export const severities: readonly Severity[] = ["error", "warning", "info"]

/** What a finding can be about, in the order in which a page shows it. Each has a section in `docs/reference/findings.md`. */
export const findingKinds = [
  "database-away",
  "database-trouble",
  "database-behind",
  "gone",
  "silent",
  "nan",
  "stuck",
  "clock-ahead",
  "clock-behind",
  "client-clock",
  "rate",
  "revived",
  "unit-missing",
  "unit-changed",
  "unstored",
  "producers",
  "two-hosts",
  "config-refused",
  "config-outdated",
  "queue",
] as const

export type FindingKind = (typeof findingKinds)[number]

/** The one thing that a finding is about. */
export type Subject =
  | { readonly metric: string }
  | { readonly client: string }
  | { readonly database: string }
  | { readonly queue: string }

/** What can be done about a finding from here. */
export const fixKinds = [
  "archive",
  "unarchive",
  "apply",
  "restore",
  "set-unit",
  "set-rate",
  "store",
  "delete-queue",
] as const

export type FixKind = (typeof fixKinds)[number]

/** A condition that a rule has found to hold now. */
export interface Detection {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly subject: Subject
  /** Client behind the subject: that which declares the metric, or owns the queue. */
  readonly source?: string
  /** One sentence in English: what is the matter. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  /** What the message says, for other languages: texts and plain numbers, durations in seconds. */
  readonly values: Readonly<Record<string, string | number>>
  /** For one that stands for many metrics: how many, and some of them. */
  readonly metrics?: number
  readonly examples?: readonly string[]
  /** Since when it is so, in ms since 1970, where that is known; else it is when it was seen first. */
  readonly sinceMs?: number
  /** It has to hold so long before it counts, in ms. Default 0: in two sweeps. */
  readonly afterMs?: number
  readonly fix?: FixKind
}

/** Name of the subject. */
export function subjectName(subject: Subject): string {
  return Object.values(subject)[0] as string
}

/** `metric`, `client`, `database` or `queue`. */
export function subjectType(subject: Subject): string {
  return Object.keys(subject)[0] as string
}

/** The same for the same kind and subject at any time, and safe in addresses. */
export function findingId(kind: FindingKind, subject: Subject): string {
  const text = `${subjectType(subject)}:${subjectName(subject)}`
  return `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`
}
