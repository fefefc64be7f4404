import { DataError, type JsonObject } from "@metricq/protocol"
import { ConnectFailed, RPCError, TimeoutError } from "./errors.js"

/** What the manager answers to a client that registers. */
export interface Registration {
  dataServerAddress: string
  config: JsonObject | undefined
  /** The whole answer. */
  answer: JsonObject
}

/**
 * Register with the manager, by the given function.
 *
 * @throws {ConnectFailed} `no-configuration`, `manager-away` or `connect-failed`
 */
export async function register(
  token: string,
  name: string,
  rpc: (name: string) => Promise<JsonObject>,
): Promise<Registration> {
  let answer: JsonObject
  try {
    answer = await rpc(name)
  } catch (error) {
    throw registrationFailure(token, error)
  }
  const { config } = answer
  const dataServerAddress = answered(answer, "dataServerAddress", name)
  return { dataServerAddress, config: isObject(config) ? config : undefined, answer }
}

/** A text in the manager's answer to the function `name`. `DataError` `registration` if it is not there. */
export function answered(answer: JsonObject, key: string, name: string): string {
  const value = answer[key]
  if (typeof value === "string") return value
  throw new DataError("registration", `the manager's answer to ${name} has no ${key}`)
}

function registrationFailure(token: string, error: unknown): unknown {
  if (error instanceof TimeoutError) return new ConnectFailed("manager-away", error.message, { cause: error })
  if (!(error instanceof RPCError)) return error
  // The original's manager says "'Document source-x was not found'".
  if (/not found|no configuration/i.test(error.message)) {
    const text = `there is no configuration for "${token}": write one with \`metricq config set ${token} FILE\``
    return new ConnectFailed("no-configuration", text, { cause: error })
  }
  return new ConnectFailed("connect-failed", `the manager refuses "${token}": ${error.message}`, { cause: error })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
