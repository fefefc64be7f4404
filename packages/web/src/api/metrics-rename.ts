import type { FastifyRequest } from "fastify"
import { planRename } from "../rename/plan-rename.js"
import type { RenameMode, RenameNetwork, RenamePlan } from "../rename/rename-plan.js"
import { runRename } from "../rename/run-rename.js"
import { WebError } from "../server/web-error.js"
import { declared } from "./config-preview.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { bodySchema } from "./schemas.js"

interface RenameBody {
  readonly to: string
  readonly mode: RenameMode
}

interface RunBody extends RenameBody {
  readonly leaveOut: readonly string[]
  /** Of the configurations that were shown, by token. */
  readonly revisions?: Readonly<Record<string, string>>
}

const properties = {
  to: { type: "string", minLength: 1, maxLength: 255 },
  mode: { enum: ["rename", "alias"], default: "rename" },
} as const
const planSchema = bodySchema({ ...properties }, ["to"])
const runSchema = bodySchema(
  {
    ...properties,
    leaveOut: { type: "array", items: { type: "string", maxLength: 300 }, maxItems: 1000, default: [] },
    revisions: { type: "object", additionalProperties: { type: "string", maxLength: 200 } },
  },
  ["to"],
)
const tags = ["metrics"]

/** `metrics`: giving one another name, or storing it under one: what that means, and doing it. */
export const metricsRename: Endpoints = (app, context) => {
  app.post<{ Params: { name: string }; Body: RenameBody }>(
    "/metrics/:name/rename/plan",
    {
      config: { needs: "viewer" },
      schema: { ...planSchema, summary: "What it takes to give a metric another name", tags },
    },
    async ({ params: { name: from }, body: { to, mode } }) => shown(context, await planOf(context, { from, to, mode })),
  )

  app.post<{ Params: { name: string }; Body: RunBody }>(
    "/metrics/:name/rename",
    { schema: { ...runSchema, summary: "Give a metric another name, or have it stored under one", tags } },
    async (request) => {
      const { to, mode, leaveOut, revisions } = request.body
      const from = request.params.name
      const plan = await planOf(context, { from, to, mode })
      checkRevisions(plan, revisions)
      const outcome = await runRename(renameNetwork(context), plan, {
        ...{ leaveOut, ...behalf(request) },
        onStep: ({ kind, token, state }) => {
          if (token === undefined || state === "left-out" || state === "open") return
          if (kind === "history") return
          context.audit.record(request, { action: "config.set", subject: token, detail: { renamed: from, to, state } })
        },
      }).finally(() => {
        context.clientList.outdate()
        context.configBook.outdate()
      })
      const steps = outcome.steps.map(({ id, kind, state }) => `${kind === "both" ? `${id} (both)` : id}: ${state}`)
      context.audit.record(request, { action: "metric.rename", subject: from, detail: { to, mode, steps } })
      await context.catalogue.update([from, to])
      return outcome
    },
  )
}

/** What renaming works with, of the web server. */
export function renameNetwork(context: ApiContext): RenameNetwork {
  const { rpc, configBook, clientList } = context
  return { rpc, configBook, clientList, declared: (token, config) => declared(context, token, config) }
}

function planOf(context: ApiContext, wish: { from: string; to: string; mode: RenameMode }): Promise<RenamePlan> {
  return planRename(renameNetwork(context), wish)
}

/** A plan without the secrets of the documents. */
function shown({ secrets }: ApiContext, plan: RenamePlan): RenamePlan {
  const documents = plan.documents.map((document) => ({
    ...document,
    before: secrets.mask(document.before),
    after: secrets.mask(document.after),
  }))
  return { ...plan, documents }
}

/** @throws {WebError} `conflict` if a configuration has changed since it was shown */
function checkRevisions({ documents }: RenamePlan, revisions: RunBody["revisions"]): void {
  if (revisions === undefined) return
  for (const { token, revision } of documents) {
    if (revisions[token] === revision) continue
    const message = `the configuration of ${token} has changed since it was looked at`
    throw new WebError("conflict", message, { status: 409, remedy: "look at the plan again" })
  }
}

/** Who has asked, for the manager to keep; nobody is logged in on this machine alone. */
function behalf({ identity: { name, via } }: FastifyRequest): { by?: string } {
  return via === "loopback" ? {} : { by: name.slice(0, 100) }
}
