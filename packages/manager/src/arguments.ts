import { checkToken, type JsonObject, type JsonValue, type RpcContext } from "@metricq/client"
import { RequestError } from "./request-error.js"

/**
 * Readers for the arguments of a request. Each throws a {@link RequestError} that names the argument; a missing one is named in
 * single quotes and nothing else, which is the text that clients know from the original.
 */

/** Longest name of a queue or routing key that AMQP can carry, in bytes. */
const MAX_KEY_BYTES = 255

/** What the caller calls itself. A label: it says whose queues and documents are meant, not who is allowed. */
export function tokenOf({ function: name, fromToken }: RpcContext): string {
  if (fromToken === undefined) throw new RequestError(`${name} needs the property app_id with the token of the client`)
  checkToken(fromToken)
  return fromToken
}

/** An argument that must be there; null is a value. */
export function required(args: JsonObject, name: string): JsonValue {
  const value = args[name]
  if (value === undefined) throw new RequestError(`'${name}'`)
  return value
}

export function text(args: JsonObject, name: string): string {
  const value = required(args, name)
  return typeof value === "string" ? value : wrong(name, "a string", value)
}

export function optionalText(args: JsonObject, name: string): string | undefined {
  return isAbsent(args[name]) ? undefined : text(args, name)
}

export function optionalBoolean(args: JsonObject, name: string): boolean | undefined {
  const value = args[name]
  if (isAbsent(value)) return undefined
  if (typeof value === "boolean") return value
  throw new RequestError(`Invalid type for "${name}" argument: should be bool, is ${kindOf(value)}`)
}

/** A whole number from `least` to `most`. */
export function optionalInteger(
  args: JsonObject,
  name: string,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = args[name]
  if (isAbsent(value)) return undefined
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  return wrong(name, `a whole number ${range}`, value)
}

/** Seconds, above zero and at most `most`. */
export function optionalSeconds(args: JsonObject, name: string, most: number): number | undefined {
  const value = args[name]
  if (isAbsent(value)) return undefined
  if (typeof value === "number" && value > 0 && value <= most) return value
  return wrong(name, `a number of seconds above 0, at most ${most}`, value)
}

export function object(args: JsonObject, name: string): JsonObject {
  const value = required(args, name)
  return isObject(value) ? value : wrong(name, "an object", value)
}

export function textList(args: JsonObject, name: string): string[] {
  const value = required(args, name)
  if (!Array.isArray(value)) return wrong(name, "a list of names", value)
  const odd = value.find((item) => typeof item !== "string")
  if (odd !== undefined) return wrong(name, "a list of names", odd, "has an item that is")
  return value as string[]
}

/** The name of a client that is to be looked at or changed. */
export function tokenArgument(args: JsonObject): string {
  const token = text(args, "token")
  checkToken(token)
  return token
}

/** A list of routing keys: names of metrics, or patterns with `*` and `#`. */
export function keyList(args: JsonObject, name: string): string[] {
  const keys = textList(args, name)
  for (const key of keys) checkKey(key, name)
  return keys
}

/** Refuse what cannot be a routing key or the name of a queue. */
export function checkKey(key: string, name: string): void {
  if (key !== "" && Buffer.byteLength(key) <= MAX_KEY_BYTES) return
  const problem = key === "" ? "an empty name" : `a name of more than ${MAX_KEY_BYTES} bytes: "${key.slice(0, 40)}…"`
  throw new RequestError(`"${name}" has ${problem}`)
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isAbsent(value: JsonValue | undefined): value is undefined | null {
  return value === undefined || value === null
}

function wrong(name: string, expected: string, value: JsonValue, verb = "is"): never {
  throw new RequestError(`"${name}" must be ${expected}, ${verb} ${kindOf(value)}`)
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "number") return `the number ${value}`
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}
