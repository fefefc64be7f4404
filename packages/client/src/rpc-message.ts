import { DataError, type JsonObject, parseJson, stringifyJson } from "@metricq/protocol"
import type { ConsumeMessage } from "amqplib"

const decoder = new TextDecoder("utf-8", { fatal: true })

/** The JSON object in a message; `DataError` `rpc-body` if there is none. Content types are not looked at, as peers send wrong ones. */
export function decodeRpcBody(content: Uint8Array): JsonObject {
  let value: unknown
  try {
    value = parseJson(decoder.decode(content))
  } catch (cause) {
    throw new DataError("rpc-body", "the body of the RPC message is not JSON", { cause })
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataError("rpc-body", "the body of the RPC message is not a JSON object")
  }
  return value as JsonObject
}

export function encodeRpcBody(body: JsonObject): Buffer {
  return Buffer.from(stringifyJson(body))
}

/** A property of a message as text, or undefined where it is missing, empty or something else. */
export function textProperty(
  message: ConsumeMessage,
  name: "appId" | "correlationId" | "replyTo" | "userId",
): string | undefined {
  const value: unknown = message.properties[name]
  return typeof value === "string" && value !== "" ? value : undefined
}
