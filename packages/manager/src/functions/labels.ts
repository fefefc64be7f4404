import { checkToken, type JsonValue, type LabelChange } from "@metricq/client"
import { isObject, object } from "../arguments.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"

/** Clients whose labels one request changes. */
const MAX_CLIENTS = 1000

/** Labels that people put on clients, to find and group them by; for administrators. */
export function labelFunctions(services: Services): FunctionGroup {
  const { administrators, labels } = services
  return {
    "client.label": async (args, context) => {
      administrators.check(context)
      const changes = changesOf(object(args, "labels"))
      await checkKnown(services, changes)
      return { labels: await labels.change(changes) }
    },
    "client.labels": async (_, context) => {
      administrators.check(context)
      return { labels: labels.list() }
    },
  }
}

/** @throws {RequestError} for what is no change of labels */
function changesOf(argument: Record<string, JsonValue | undefined>): Map<string, LabelChange> {
  const entries = Object.entries(argument)
  if (entries.length > MAX_CLIENTS) {
    throw new RequestError(`"labels" has ${entries.length} clients, at most ${MAX_CLIENTS} are changed at once`)
  }
  return new Map(
    entries.map(([token, change]) => {
      checkToken(token)
      if (!isObject(change)) throw new RequestError(`"labels" must have an object for ${token}`)
      const odd = Object.entries(change).find(([, value]) => value !== null && typeof value !== "string")
      if (odd)
        throw new RequestError(`the label ${odd[0].slice(0, 80)} of ${token} must be text, or null to take it away`)
      return [token, change as LabelChange]
    }),
  )
}

/** Labels are put on clients that were seen or have a configuration, so that a slip of the pen labels nobody. */
async function checkKnown({ clients, documents }: Services, changes: ReadonlyMap<string, LabelChange>): Promise<void> {
  for (const [token, change] of changes) {
    const takesAway = Object.values(change).every((value) => value === null)
    if (takesAway || clients.has(token) || (await documents.config(token))) continue
    throw new RequestError(`no client ${token} was seen, and there is no configuration for it`)
  }
}
