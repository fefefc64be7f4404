import { type DocumentPath, pathText } from "./document-path.js"
import { DataError } from "./errors.js"
import type { JsonObject, JsonValue } from "./json.js"
import { checkToken } from "./name-rules.js"

/** What a bundle in one file calls itself. */
export const bundleFormat = "metricq-configurations 1"

/** Configurations of one bundle at most. */
export const MAX_BUNDLE_ENTRIES = 10_000

/** Configurations by token. */
export type ConfigBundle = ReadonlyMap<string, JsonObject>

/** A bundle is none. `path` is where in its document. */
export class BundleError extends DataError {
  readonly path: DocumentPath

  constructor(path: DocumentPath, problem: string) {
    super("bundle", `${path.length === 0 ? "the bundle" : pathText(path)}: ${problem}`)
    this.path = path
  }
}

/**
 * A configuration as a bundle has it: JSON with two blanks a level and a line break at its end. Keys stay in their order, which means
 * something in some documents. The same document gives the same text.
 */
export function configText(config: JsonObject): string {
  return `${JSON.stringify(config, null, 2)}\n`
}

/** A bundle as one text, in the order of tokens; {@link readBundle} reads it. */
export function bundleText(configs: ConfigBundle): string {
  const byToken = [...configs].sort(([a], [b]) => (a < b ? -1 : 1))
  return configText({ format: bundleFormat, configurations: Object.fromEntries(byToken) })
}

/**
 * The configurations of a bundle that came as one text, parsed.
 *
 * @throws {BundleError} for anything else
 */
export function readBundle(value: JsonValue | undefined): Map<string, JsonObject> {
  const { format, configurations } = objectAt(value, [])
  if (format !== bundleFormat) throw new BundleError(["format"], `it is not ${JSON.stringify(bundleFormat)}`)
  const entries = Object.entries(objectAt(configurations, ["configurations"]))
  if (entries.length > MAX_BUNDLE_ENTRIES)
    throw new BundleError(["configurations"], `there are more than ${MAX_BUNDLE_ENTRIES}`)
  return new Map(entries.map(([token, config]) => [checked(token), objectAt(config, ["configurations", token])]))
}

function checked(token: string): string {
  try {
    checkToken(token)
    return token
  } catch (error) {
    throw new BundleError(["configurations", token], (error as Error).message)
  }
}

function objectAt(value: JsonValue | undefined, path: DocumentPath): JsonObject {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value
  const found =
    value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`
  throw new BundleError(path, value === undefined ? "it is missing" : `it must be an object, it is ${found}`)
}
