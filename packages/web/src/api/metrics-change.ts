import { type JsonObject, type LifecycleAction, lifecycleChange } from "@metricq/protocol"
import type { FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import type { MetricFilter } from "./metric-selection.js"
import {
  checkKnown,
  checkOneOf,
  MAX_NAMES,
  namesOf,
  subjectOf,
  TARGETS_BYTES,
  type Targets,
  targetProperties,
} from "./metric-targets.js"
import { bodySchema } from "./schemas.js"

interface PatchBody extends Targets {
  readonly metadata?: Readonly<Record<string, JsonObject>>
  readonly change?: JsonObject
}

const patchSchema = bodySchema({
  metadata: { type: "object", maxProperties: MAX_NAMES, additionalProperties: { type: "object" } },
  ...targetProperties,
  change: { type: "object", minProperties: 1 },
})
const targetsSchema = bodySchema(targetProperties)
const tags = ["metrics"]

/** Metrics read, and written, with one request to the manager. */
const PART = 5_000
const reading = { repeatable: true, timeout: 15 }
const writing = { timeout: 30 }

/** What the network notes itself. */
const OWN = ["historic", "source", "date"]

/** What a selection means that does not say in which state. */
const affected: Readonly<Record<LifecycleAction, { summary: string; states: MetricFilter["state"][] }>> = {
  hide: { summary: "Leave metrics out of lists", states: [] },
  unhide: { summary: "Show hidden metrics again", states: ["hidden"] },
  archive: { summary: "Say that metrics have no more data", states: [] },
  unarchive: { summary: "Say that archived metrics have data again", states: ["archived", "hidden"] },
}

/** `metrics`: changes of their metadata, of many at once. */
export const metricsChange: Endpoints = (app, context) => {
  app.patch<{ Body: PatchBody }>(
    "/metrics",
    { schema: { ...patchSchema, summary: "Lay metadata over what sources declare", tags }, bodyLimit: TARGETS_BYTES },
    async (request) => {
      const metadata = await wantedMetadata(context, request.body)
      const changed = await setMetadata(context, request, metadata)
      const [first] = metadata
      const detail = {
        keys: [...new Set([...metadata.values()].flatMap((change) => Object.keys(change)))].slice(0, 20),
      }
      context.audit.record(request, { action: "metadata.set", subject: subjectOf(changed, first?.[0]), detail })
      return { changed }
    },
  )

  for (const [action, { summary, states }] of Object.entries(affected)) {
    app.post<{ Body: Targets }>(
      `/metrics/${action}`,
      { schema: { ...targetsSchema, summary, tags }, bodyLimit: TARGETS_BYTES },
      async (request) => {
        const names = await namesOf(
          context,
          request.body,
          states.map((state) => state!),
        )
        const changes = await lifecycleChanges(context, action as LifecycleAction, names)
        const changed = await setMetadata(context, request, changes)
        context.audit.record(request, { action: `metadata.${action}`, subject: subjectOf(changed, names[0]) })
        return { changed }
      },
    )
  }
}

/** @throws {WebError} `request`, `own-key`, `no-such-metric`, `too-large` */
async function wantedMetadata(context: ApiContext, body: PatchBody): Promise<Map<string, JsonObject>> {
  const { metadata, change, metrics, select } = body
  if ((metadata === undefined) === (change === undefined)) {
    throw new WebError(
      "request",
      'say what becomes of which metrics: "metadata", or "change" with "metrics" or "select"',
    )
  }
  if (metadata) {
    const wanted = new Map(Object.entries(metadata))
    for (const each of wanted.values()) checkKeys(each)
    await checkKnown(context, [...wanted.keys()])
    return wanted
  }
  checkOneOf(metrics, select)
  checkKeys(change!)
  return new Map((await namesOf(context, body)).map((name) => [name, change!]))
}

function checkKeys(change: JsonObject): void {
  const own = Object.keys(change).find((key) => OWN.includes(key) || key.startsWith("_"))
  if (own === undefined) return
  throw new WebError("own-key", `"${own}" is the network's own: it cannot be set`)
}

/** What makes each of these metrics so; nothing for those that are so already, or unknown. Rejects as RPCs do. */
export async function lifecycleChanges(
  { rpc }: ApiContext,
  action: LifecycleAction,
  names: readonly string[],
): Promise<Map<string, JsonObject>> {
  const now = new Date()
  const changes = new Map<string, JsonObject>()
  for (let at = 0; at < names.length; at += PART) {
    const metrics = names.slice(at, at + PART)
    const { layers = {} } = await rpc.rpc("metadata.get", { metrics, layers: true }, reading)
    for (const name of metrics) {
      const change = layers[name] && lifecycleChange(action, layers[name], now)
      if (change) changes.set(name, change)
    }
  }
  return changes
}

/** Lay changes over metrics, on behalf of whoever asks, and have the catalogue know it; the names that are changed. Rejects as RPCs do. */
export async function setMetadata(
  { rpc, catalogue }: ApiContext,
  request: FastifyRequest,
  metadata: ReadonlyMap<string, JsonObject>,
): Promise<string[]> {
  const entries = [...metadata]
  const changed: string[] = []
  try {
    for (let at = 0; at < entries.length; at += PART) {
      const part = Object.fromEntries(entries.slice(at, at + PART))
      const answer = await rpc.rpc("metadata.set", { metadata: part, by: request.identity.name }, writing)
      for (const name of answer.changed) changed.push(name)
    }
  } finally {
    if (changed.length > 0) await catalogue.update(changed)
  }
  return changed
}
