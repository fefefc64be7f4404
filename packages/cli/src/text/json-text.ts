import { readFile } from "node:fs/promises"
import type { JsonObject, JsonValue } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { findJsonFault } from "./json-fault.js"

/** JSON for people: two blanks a level, keys in their order. */
export function prettyJson(value: JsonValue): string {
  return JSON.stringify(value, null, 2)
}

/** JSON for comparing: like {@link prettyJson} with the keys of every object sorted, so that their order is no difference. */
export function sortedJson(value: JsonValue): string {
  return JSON.stringify(sorted(value), null, 2)
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== "object") return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as JsonValue)]))
}

/**
 * The JSON object that a text holds.
 *
 * @throws {CommandError} `json` naming `source`, line and column
 */
export function parseJsonObject(text: string, source: string): JsonObject {
  const content = text.replace(/^\uFEFF/, "")
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    throw notJson(content, source)
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const found = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`
    throw new CommandError("json", `${source} must hold a JSON object, it holds ${found}`)
  }
  return value as JsonObject
}

/** Without the engine's error: that one quotes the text, and there may be passwords in it. */
function notJson(text: string, source: string): CommandError {
  if (text.trim() === "") return new CommandError("json", `${source} is not JSON: it is empty`)
  const { index, expected } = findJsonFault(text) ?? { index: 0, expected: "JSON" }
  const before = text.slice(0, index).split("\n")
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  return new CommandError("json", `${source} is not JSON: ${place}: expected ${expected}`)
}

/**
 * The JSON object in a file; `-` is standard input.
 *
 * @throws {CommandError} `file` when it cannot be read, `json` as {@link parseJsonObject}
 */
export async function readJsonObject(path: string): Promise<JsonObject> {
  const source = path === "-" ? "standard input" : path
  return parseJsonObject(await readText(path, source), source)
}

async function readText(path: string, source: string): Promise<string> {
  try {
    if (path !== "-") return await readFile(path, "utf8")
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString("utf8")
  } catch (error) {
    throw new CommandError("file", `cannot read ${source}: ${(error as Error).message}`, { cause: error })
  }
}
