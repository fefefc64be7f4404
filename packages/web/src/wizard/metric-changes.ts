import type { JsonObject } from "@metricq/client"
import type { LifecycleAction } from "@metricq/protocol"
import type { FastifyReply, FastifyRequest } from "fastify"
import { subjectOf } from "../api/metric-targets.js"
import { lifecycleChanges, setMetadata } from "../api/metrics-change.js"
import { deleteMetadata } from "../api/metrics-delete.js"
import { bodySchema, metricNames } from "../api/schemas.js"
import { BODY_BYTES, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Metrics in a request. */
const MOST = 10_000

interface NamesBody {
  readonly metrics: readonly string[]
}
interface SwitchesBody {
  readonly metrics: Readonly<Record<string, boolean>>
}

const namesSchema = bodySchema({ metrics: metricNames(MOST) }, ["metrics"])
const switches = { type: "object", minProperties: 1, maxProperties: MOST, additionalProperties: { type: "boolean" } }
const switchesSchema = bodySchema({ metrics: switches }, ["metrics"])
const bodyLimit = BODY_BYTES

/** What becomes of metrics, several at once: some may fail, and the answer says which. */
export const metricChanges: WizardRoutes = (app, context) => {
  app.post<{ Body: NamesBody }>(
    "/metrics/delete_metadata",
    { schema: { ...namesSchema, summary: "Delete the metadata of metrics that are in no database", tags }, bodyLimit },
    async (request, reply) => {
      const { known, unknown } = await sorted(context, request.body.metrics)
      const deleted = known.filter((name) => context.catalogue.get(name)!.metadata.historic !== true)
      if (deleted.length > 0) {
        await deleteMetadata(context, request, deleted)
        context.audit.record(request, { action: "metadata.delete", subject: subjectOf(deleted, deleted[0]) })
      }
      const failed = [...unknown, ...known.filter((name) => !deleted.includes(name))]
      return answer(reply, "deleted", deleted, failed, "are unknown, or stored in a database")
    },
  )

  app.post<{ Body: NamesBody }>(
    "/metrics/archive",
    { schema: { ...namesSchema, summary: "Say that metrics have no more data", tags }, bodyLimit },
    async (request, reply) => {
      const { known, unknown } = await sorted(context, request.body.metrics)
      await becomes(context, request, "archive", known)
      return answer(reply, "archived", known, unknown, "are unknown")
    },
  )

  app.post<{ Body: SwitchesBody }>(
    "/metrics/hide",
    { schema: { ...switchesSchema, summary: "Leave metrics out of lists, or show them again", tags }, bodyLimit },
    async (request, reply) => {
      const { metrics } = request.body
      const { known, unknown } = await sorted(context, Object.keys(metrics))
      for (const action of ["hide", "unhide"] as const) {
        const meant = known.filter((name) => metrics[name] === (action === "hide"))
        await becomes(context, request, action, meant)
      }
      return answer(reply, "hidden", known, unknown, "are unknown")
    },
  )

  app.post<{ Body: SwitchesBody }>(
    "/metrics/historic",
    { schema: { ...switchesSchema, summary: "Say that metrics are meant to be in no database", tags }, bodyLimit },
    async (request, reply) => {
      const { metrics } = request.body
      const { known, unknown } = await sorted(context, Object.keys(metrics))
      const isStored = (name: string) => context.catalogue.get(name)!.metadata.historic === true
      // What a database stores it marks itself, when it begins to.
      const updated = known.filter((name) => metrics[name] === isStored(name))
      const meant = updated.filter((name) => metrics[name] === false)
      await change(context, request, "metadata.live-only", new Map(meant.map((name) => [name, { historic: false }])))
      const failed = [...unknown, ...known.filter((name) => !updated.includes(name))]
      return answer(reply, "updated", updated, failed, "are unknown, or it is for a database to say")
    },
  )
}

/** Each name once, those that there are and the others. */
async function sorted({ catalogue }: WizardContext, names: readonly string[]) {
  const all = [...new Set(names)]
  // What somebody else has changed within the last seconds counts as well.
  await catalogue.update(all)
  const isKnown = (name: string) => catalogue.get(name) !== undefined
  return { known: all.filter(isKnown), unknown: all.filter((name) => !isKnown(name)) }
}

async function becomes(
  context: WizardContext,
  request: FastifyRequest,
  action: LifecycleAction,
  names: readonly string[],
): Promise<void> {
  await change(context, request, `metadata.${action}`, await lifecycleChanges(context, action, names))
}

async function change(
  context: WizardContext,
  request: FastifyRequest,
  action: string,
  changes: ReadonlyMap<string, JsonObject>,
): Promise<void> {
  if (changes.size === 0) return
  const changed = await setMetadata(context, request, changes)
  context.audit.record(request, { action, subject: subjectOf(changed, [...changes.keys()][0]) })
}

/** Whoever asks looks at the lists, whatever the status. */
function answer(
  reply: FastifyReply,
  deed: "deleted" | "archived" | "hidden" | "updated",
  done: readonly string[],
  failed: readonly string[],
  why: string,
) {
  if (failed.length === 0) return { status: "ok", [deed]: done }
  const message = `${failed.length} of ${failed.length + done.length} metrics ${why}`
  return reply.code(400).send({ status: "partial", message, [deed]: done, failed })
}
