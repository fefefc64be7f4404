import { type Field, fieldTypeNames, type Table } from "../wire/table.js"
import { described, preconditionFailed } from "./names.js"

/** What the arguments of a queue ask for. */
export interface QueueLimits {
  /** Milliseconds without use until the queue is deleted; undefined for never. */
  readonly expiresMs: number | undefined
  /** Milliseconds that a message may wait; 0 drops what no consumer takes at once. */
  readonly messageTtlMs: number | undefined
  readonly maxLength: number | undefined
  /** Bytes of bodies that may wait. */
  readonly maxLengthBytes: number | undefined
  readonly overflow: "drop-head" | "reject-publish"
}

/** Value of `x-queue-type`; both behave the same here, but a quorum queue must be durable and shared. */
export type QueueKind = "classic" | "quorum"

/** Arguments that must be the same when a queue is declared again. */
export const queueArgumentNames: readonly string[] = [
  "x-expires",
  "x-message-ttl",
  "x-dead-letter-exchange",
  "x-dead-letter-routing-key",
  "x-dead-letter-strategy",
  "x-max-length",
  "x-max-length-bytes",
  "x-max-in-memory-length",
  "x-max-in-memory-bytes",
  "x-max-priority",
  "x-overflow",
  "x-queue-mode",
  "x-queue-version",
  "x-single-active-consumer",
  "x-queue-type",
  "x-quorum-initial-group-size",
  "x-delivery-limit",
]

/** Arguments that change what a queue does in ways that this broker does not offer. Ignoring them would lose messages in silence. */
const unsupported = new Set([
  "x-dead-letter-exchange",
  "x-dead-letter-routing-key",
  "x-dead-letter-strategy",
  "x-max-priority",
  "x-single-active-consumer",
  "x-delivery-limit",
])

const MAX_MS = 2 ** 32 - 1
const integerTypes = new Set(["b", "B", "s", "u", "I", "i", "l"])
const overflows = new Set(["drop-head", "reject-publish"])

/**
 * Reads and checks the arguments of a queue; unknown ones are allowed and mean nothing.
 *
 * @throws {ChannelError} `PRECONDITION_FAILED` for a bad value or for something that this broker does not offer
 */
export function readQueueArguments(table: Table, queue: string, vhost: string): QueueLimits & { kind: QueueKind } {
  const invalid = (name: string, why: string) =>
    preconditionFailed(`invalid arg '${name}' for ${described("queue", queue, vhost)}: ${why}`)
  for (const name of table.keys()) {
    if (unsupported.has(name)) throw invalid(name, "this broker does not offer it")
  }
  const integer = (name: string, least: number, most: number) => {
    const field = table.get(name)
    if (field === undefined) return undefined
    const problem = integerProblem(field, least, most)
    if (problem !== undefined) throw invalid(name, problem)
    return Number(field.value)
  }
  const mode = text(table, "x-queue-mode", invalid) ?? "default"
  if (mode !== "default" && mode !== "lazy") throw invalid("x-queue-mode", `"unsupported queue mode '${mode}'"`)
  const kind = text(table, "x-queue-type", invalid) ?? "classic"
  if (kind !== "classic" && kind !== "quorum") throw invalid("x-queue-type", `"unsupported queue type '${kind}'"`)
  const overflow = text(table, "x-overflow", invalid) ?? "drop-head"
  if (!overflows.has(overflow)) throw invalid("x-overflow", "invalid_overflow")
  return {
    kind,
    expiresMs: integer("x-expires", 1, MAX_MS),
    messageTtlMs: integer("x-message-ttl", 0, MAX_MS),
    maxLength: integer("x-max-length", 0, Number.MAX_SAFE_INTEGER),
    maxLengthBytes: integer("x-max-length-bytes", 0, Number.MAX_SAFE_INTEGER),
    overflow: overflow as QueueLimits["overflow"],
  }
}

function integerProblem(field: Field, least: number, most: number): string | undefined {
  if (!integerTypes.has(field.type)) return `"expected integer, got ${fieldTypeNames[field.type]}"`
  const value = Number(field.value)
  if (value < 0) return `{value_negative,${field.value}}`
  if (value < least) return `{value_zero,${field.value}}`
  if (value > most) return `{value_too_large,${field.value}}`
  return undefined
}

function text(table: Table, name: string, invalid: (name: string, why: string) => Error): string | undefined {
  const field = table.get(name)
  if (field === undefined) return undefined
  if (field.type !== "S") throw invalid(name, `{unacceptable_type,${fieldTypeNames[field.type]}}`)
  return field.value as string
}
