import { checkToken, type JsonObject, MetricqError, RPCError } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { mapBounded } from "../network/bounded.js"
import { type ClientSelection, selectClients } from "../network/client-selection.js"
import { refusalText } from "../server/error-answer.js"
import { WebError } from "../server/web-error.js"
import { behalf } from "./behalf.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { type PatchPlan, planPatch } from "./patch-plan.js"
import { bodySchema } from "./schemas.js"

interface PlanBody {
  readonly patch: JsonObject
  readonly clients?: readonly string[]
  readonly select?: ClientSelection
}

interface PatchBody {
  readonly patch: JsonObject
  /** The revision that each was looked at, by token. */
  readonly clients: Readonly<Record<string, string>>
  readonly note?: string
  readonly apply?: boolean
  readonly timeout?: number
}

/** What a client said when it was given what was stored. */
type Applied = { readonly answered: boolean; readonly refused?: string; readonly reason?: string }

/** What became of one client. */
type PatchResult =
  | { readonly token: string; readonly state: "stored"; readonly revision: string; readonly applied?: Applied }
  | { readonly token: string; readonly state: "unchanged" }
  | { readonly token: string; readonly state: "conflict" | "invalid" | "failed"; readonly text: string }

/** Clients of one request. */
const MAX_CLIENTS = 200
const BODY_BYTES = 1024 * 1024
/** Configurations that are looked at or stored at once, and clients that are asked at once. */
const AT_ONCE = 8
const ASKED_AT_ONCE = 16

const patch = { type: "object", minProperties: 1 }
const token = { type: "string", minLength: 1, maxLength: 255 }
const select = {
  type: "object",
  minProperties: 1,
  properties: {
    clients: { type: "string", minLength: 1, maxLength: 1024 },
    labels: { type: "array", items: { type: "string", minLength: 1, maxLength: 127 }, maxItems: 16 },
  },
}
const tags = ["configurations"]
const planSchema = {
  ...bodySchema({ patch, clients: { type: "array", items: token, minItems: 1, maxItems: MAX_CLIENTS }, select }, [
    "patch",
  ]),
  ...{ summary: "What a merge patch would make of configurations", tags },
}
const patchSchema = {
  ...bodySchema(
    {
      patch,
      clients: {
        ...{ type: "object", minProperties: 1, maxProperties: MAX_CLIENTS },
        additionalProperties: { type: "string", maxLength: 200 },
      },
      note: { type: "string", maxLength: 2000 },
      apply: { type: "boolean", default: false },
      timeout: { type: "number", exclusiveMinimum: 0, maximum: 55, default: 10 },
    },
    ["patch", "clients"],
  ),
  ...{ summary: "Store what a merge patch makes of configurations", tags },
}

/** `configs/patch`: one change of the configurations of many clients, looked at first. */
export const configPatch: Endpoints = (app, context) => {
  app.post<{ Body: PlanBody }>(
    "/configs/patch/plan",
    { schema: planSchema, bodyLimit: BODY_BYTES, config: { needs: "viewer" } },
    async (request): Promise<{ clients: PatchPlan[] }> => {
      const tokens = await tokensOf(context, request.body)
      const plans = await mapBounded(tokens, AT_ONCE, (each) => planPatch(context, request, each, request.body.patch))
      return { clients: plans.map(({ plan }) => plan) }
    },
  )

  app.post<{ Body: PatchBody }>(
    "/configs/patch",
    { schema: patchSchema, bodyLimit: BODY_BYTES },
    async (request): Promise<{ results: PatchResult[] }> => {
      const wanted = Object.entries(request.body.clients)
      for (const [each] of wanted) checkToken(each)
      const stored = await mapBounded(wanted, AT_ONCE, ([each, revision]) => store(context, request, each, revision))
      context.clientList.outdate()
      if (!request.body.apply) return { results: stored }
      const results = await mapBounded(stored, ASKED_AT_ONCE, async (result) =>
        result.state === "stored" ? { ...result, applied: await apply(context, request, result.token) } : result,
      )
      context.clientList.outdate()
      return { results }
    },
  )
}

/** @throws {WebError} `request`, `too-many-clients`; {DataError} `pattern`, `token` */
async function tokensOf({ rpc }: ApiContext, { clients, select }: PlanBody): Promise<readonly string[]> {
  if ((clients === undefined) === (select === undefined)) {
    throw new WebError("request", 'say which clients are meant: "clients", or "select"')
  }
  if (clients) {
    for (const each of clients) checkToken(each)
    return [...new Set(clients)]
  }
  const reading = { repeatable: true, timeout: 5 }
  const [{ configs }, { labels }] = await Promise.all([
    rpc.rpc("config.list", {}, reading),
    rpc.rpc("client.labels", {}, reading),
  ])
  const labelsOf = (each: string) => (Object.hasOwn(labels, each) ? labels[each] : undefined)
  const found = selectClients(
    select!,
    configs.map((config) => config.token),
    labelsOf,
  )
  if (found.length <= MAX_CLIENTS) return found
  const text = `${found.length} configurations are meant, and ${MAX_CLIENTS} are changed at once`
  throw new WebError("too-many-clients", text, { status: 413, remedy: "select fewer, one part after the other" })
}

/** Store what the patch makes of one; one that fails keeps none of the others. */
async function store(
  context: ApiContext,
  request: FastifyRequest<{ Body: PatchBody }>,
  token: string,
  revision: string,
): Promise<PatchResult> {
  const { patch, note } = request.body
  try {
    const { plan, config } = await planPatch(context, request, token, patch)
    if (plan.revision !== revision) return conflict(token)
    if (config === undefined) return { token, state: "invalid", text: plan.problems.errors.join("\n").slice(0, 2000) }
    if (plan.changes.length === 0) return { token, state: "unchanged" }
    const write = { token, config, revision, ...(note !== undefined && { note }), ...behalf(request) }
    const written = await context.rpc.rpc("config.set", write, { timeout: 15 })
    const keys = plan.changes.slice(0, 20).map(({ path }) => path)
    const detail = { revision: written.revision, note, keys }
    context.audit.record(request, { action: "config.patch", subject: token, detail })
    return { token, state: "stored", revision: written.revision }
  } catch (error) {
    if (!(error instanceof MetricqError)) throw error
    if (error.code === "conflict") return conflict(token)
    return { token, state: "failed", text: error instanceof RPCError ? refusalText(error) : error.message }
  }
}

function conflict(token: string): PatchResult {
  return { token, state: "conflict", text: `the configuration of ${token} has changed since it was looked at` }
}

async function apply(
  { rpc, audit }: ApiContext,
  request: FastifyRequest<{ Body: PatchBody }>,
  token: string,
): Promise<Applied> {
  const timeout = request.body.timeout ?? 10
  try {
    const answer = await rpc.rpc("config.apply", { token, timeout, ...behalf(request) }, { timeout: timeout + 5 })
    const detail = { answered: answer.answered, refused: "refused" in answer }
    audit.record(request, { action: "config.apply", subject: token, detail })
    if ("refused" in answer) return { answered: true, refused: answer.refused }
    return answer.answered ? { answered: true } : { answered: false, reason: answer.reason }
  } catch (error) {
    return { answered: false, reason: (error as Error).message }
  }
}
