import { checkMetricName, type JsonObject, type JsonValue } from "@metricq/client"
import { isObject } from "../arguments.js"
import { RequestError } from "../request-error.js"
import type { Services } from "../services.js"

/** Keys that the manager sets; what a source says for them does not count. */
const RESERVED: ReadonlySet<string> = new Set(["source", "historic"])
const NO_OVERLAY: JsonObject = {}
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

/** Write declarations: every key over the declared one, none is ever removed; what administrators have set stays on top. */
export async function declare(
  services: Services,
  token: string,
  declarations: ReadonlyMap<string, JsonObject>,
): Promise<void> {
  const { documents, contests, logger } = services
  const now = `${new Date().toISOString().slice(0, -1)}000+00:00` // microseconds, as clients know it
  const taken = new Map<string, string>()
  await documents.changeMetadata([...declarations.keys()], { action: "declare", author: token }, (name, current) => {
    const declared = { ...current?.declared, date: now, ...declarations.get(name), source: token }
    const before = current?.declared.source
    if (typeof before === "string" && before !== token) taken.set(name, before)
    return { declared, overlay: current?.overlay ?? NO_OVERLAY }
  })
  if (taken.size > 0) {
    for (const [metric, from] of taken) contests.taken(metric, from, token)
    logger.warn(`${token} declares metrics of another source`, {
      count: taken.size,
      metrics: [...taken.keys()].slice(0, SHOWN),
    })
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
