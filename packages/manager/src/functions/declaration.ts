import { checkMetricName, type JsonObject, type JsonValue } from "@metricq/client"
import { isObject } from "../arguments.js"
import { RequestError } from "../request-error.js"
import type { Services } from "../services.js"

/** Keys that the manager sets; what a source says for them does not count. */
const RESERVED: ReadonlySet<string> = new Set(["source", "historic"])
/** Refused names that an error lists. */
const SHOWN = 3

/**
 * The declared metadata by name, from an object or a list of names.
 * @throws {RequestError} if a name or the metadata of one cannot be stored; then none of them is
 */
export function declarationsOf(metrics: JsonValue): ReadonlyMap<string, JsonObject> {
  if (!Array.isArray(metrics) && !isObject(metrics)) {
    throw new RequestError('"metrics" must be an object of metadata by name, or a list of names')
  }
  const entries = Array.isArray(metrics) ? metrics.map((name) => [name, {}] as const) : Object.entries(metrics)
  const declarations = new Map<string, JsonObject>()
  const problems: string[] = []
  for (const [name, metadata] of entries) {
    const problem = problemOf(name, metadata)
    if (problem === undefined) declarations.set(name as string, clean(metadata))
    else problems.push(problem)
  }
  if (problems.length > 0) {
    const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : ""
    throw new RequestError(`no metric was declared: ${problems.slice(0, SHOWN).join("; ")}${more}`)
  }
  return declarations
}

/** Write declarations: every key over the stored one, none is ever removed. */
export async function declare(
  services: Services,
  token: string,
  declarations: ReadonlyMap<string, JsonObject>,
): Promise<void> {
  const { documents, logger } = services
  const now = `${new Date().toISOString().slice(0, -1)}000+00:00` // microseconds, as clients know it
  const taken: string[] = []
  await documents.update("metadata", [...declarations.keys()], (name, current) => {
    if (current?.source !== undefined && current.source !== token) taken.push(name)
    return { ...current, date: now, ...declarations.get(name), source: token }
  })
  if (taken.length > 0) {
    logger.warn(`${token} declares metrics of another source`, { count: taken.length, metrics: taken.slice(0, SHOWN) })
  }
}

function problemOf(name: JsonValue | undefined, metadata: JsonValue | undefined): string | undefined {
  try {
    checkMetricName(name as string)
  } catch (error) {
    return (error as Error).message
  }
  return metadata === null || isObject(metadata) ? undefined : `the metadata of "${name}" must be an object`
}

function clean(metadata: JsonValue | undefined): JsonObject {
  const kept = Object.entries(isObject(metadata) ? metadata : {}).filter(
    ([key]) => !key.startsWith("_") && !RESERVED.has(key),
  )
  return Object.fromEntries(kept)
}
