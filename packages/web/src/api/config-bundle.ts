import type { JsonObject } from "@metricq/client"
import {
  BundleError,
  bundleText,
  type ConfigApplied,
  type ConfigBundle,
  importStep,
  markSecrets,
  readBundle,
  secretProblemText,
} from "@metricq/protocol"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { mapBounded } from "../network/bounded.js"
import { type ImportResult, importAll } from "../network/config-import.js"
import { errorAnswer } from "../server/error-answer.js"
import { WebError } from "../server/web-error.js"
import { behalf } from "./behalf.js"
import { checkDocument } from "./config-check.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkRetention } from "./retention-guard.js"
import { bodySchema, querySchema } from "./schemas.js"
import { storedConfig } from "./stored-config.js"

const BODY_BYTES = 64 * 1024 * 1024
/** Configurations that are looked at, or applied, at a time. */
const AT_ONCE = 8
/** How long the answer of a client is waited for, in seconds. */
const APPLY_S = 10

const token = { type: "string", maxLength: 255 }
const bundle = { type: "object" }
const revisions = {
  type: "object",
  minProperties: 1,
  additionalProperties: { anyOf: [{ type: "null" }, { type: "string", maxLength: 200 }] },
}
const note = { type: "string", maxLength: 2000 }
const importSchema = bodySchema({ bundle, revisions, note, apply: { type: "boolean" } }, ["bundle", "revisions"])

interface ImportBody {
  readonly bundle: JsonObject
  /** Of each client whose configuration is to be stored: the revision that it was compared with; null if there was none. */
  readonly revisions: Readonly<Record<string, string | null>>
  readonly note?: string
  readonly apply?: boolean
}

/** `configs/export` and `configs/import`: configurations as a bundle. Its secrets are left out, and an import keeps those that are stored. */
export const configBundle: Endpoints = (app, context) => {
  const { rpc } = context
  app.get<{ Querystring: { token?: string[] } }>(
    "/configs/export",
    { schema: querySchema({ token: { type: "array", items: token, maxItems: 1000 } }) },
    async ({ query }, reply) => {
      const { configs } = await rpc.rpc("config.list", {}, { repeatable: true, timeout: 5 })
      const known = new Set(configs.map(({ token }) => token))
      const tokens = query.token ?? [...known]
      const missing = tokens.find((token) => !known.has(token))
      if (missing !== undefined)
        throw new WebError("not-found", `no configuration for ${missing}`, { status: 404, remedy: "" })
      const found = await mapBounded(tokens, AT_ONCE, (token) => storedConfig(rpc, token))
      const bundle = found.flatMap((one) => (one === undefined ? [] : [[one.token, markSecrets(one.config)] as const]))
      reply.type("application/json").header("content-disposition", 'attachment; filename="metricq-bundle.json"')
      return bundleText(new Map(bundle))
    },
  )

  // Whoever may not store it must not find out either whether a secret is the stored one.
  app.post<{ Body: { bundle: JsonObject } }>(
    "/configs/import/plan",
    { config: { needs: "operator" }, schema: bodySchema({ bundle }, ["bundle"]), bodyLimit: BODY_BYTES },
    async ({ body }) => planOf(context, bundleOf(body.bundle)),
  )
  importing(app, context)
}

function importing(app: FastifyInstance, context: ApiContext): void {
  const { rpc, audit, clientList } = context
  app.post<{ Body: ImportBody }>(
    "/configs/import",
    { schema: importSchema, bodyLimit: BODY_BYTES },
    async (request) => {
      const { bundle, revisions, note = "imported from a bundle", apply = false } = request.body
      const configs = bundleOf(bundle)
      const wishes = Object.entries(revisions).map(([token, revision]) => {
        const document = configs.get(token)
        if (document !== undefined) return { token, document, revision }
        throw new WebError("bundle", `the bundle has no configuration for ${token}`, { remedy: "leave it out" })
      })
      const stored = (token: string) => storedConfig(rpc, token)
      const permit = (token: string, before: JsonObject | undefined, after: JsonObject) =>
        checkRetention(request.identity, token, { before, after })
      const results = await importAll(wishes, { rpc, stored, permit, note, ...behalf(request) })
      for (const { token, done, revision } of results)
        if (done === "written")
          audit.record(request, { action: "config.import", subject: token, detail: { revision, note } })
      clientList.outdate()
      return { results: apply ? await applied(context, request, results) : results }
    },
  )
}

/** The configurations of a bundle. @throws {WebError} `bundle` if it is none */
function bundleOf(document: JsonObject): ConfigBundle {
  try {
    return readBundle(document)
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    throw new WebError("bundle", error.message, {
      remedy: "send what GET /configs/export or metricq config export -o gives",
    })
  }
}

async function planOf(context: ApiContext, bundle: ConfigBundle) {
  const { configs } = await context.rpc.rpc("config.list", {}, { repeatable: true, timeout: 5 })
  const items = await mapBounded([...bundle], AT_ONCE, ([token, document]) => itemOf(context, token, document))
  return { items, absent: configs.map(({ token }) => token).filter((token) => !bundle.has(token)) }
}

async function itemOf(context: ApiContext, token: string, document: JsonObject) {
  const { rpc, secrets } = context
  const stored = await storedConfig(rpc, token)
  const revision = stored?.revision ?? null
  const { state, config, problems } = importStep(document, stored?.config)
  if (state === "same") return { token, state, revision, errors: [], warnings: [] }
  const { errors, warnings } =
    problems.length > 0
      ? { errors: problems.map(secretProblemText), warnings: [] }
      : await checkDocument(context, token, config)
  const hide = (line: string) => secrets.redact(line, config)
  return {
    ...{ token, state, revision, errors: errors.map(hide), warnings: warnings.map(hide) },
    ...(stored && { before: secrets.mask(stored.config) }),
    after: secrets.mask(config),
  }
}

type AppliedResult = ImportResult & { readonly applied?: ConfigApplied }

/** Send what was written to its clients, and add what they say. */
async function applied(
  context: ApiContext,
  request: FastifyRequest,
  results: ImportResult[],
): Promise<AppliedResult[]> {
  const { rpc, audit, clientList } = context
  const answers = await mapBounded(results, AT_ONCE, async (result): Promise<AppliedResult> => {
    if (result.done !== "written") return result
    const { token } = result
    try {
      const send = { token, timeout: APPLY_S, ...behalf(request) }
      const answer = await rpc.rpc("config.apply", send, { timeout: APPLY_S + 5 })
      const detail = { answered: answer.answered, refused: "refused" in answer }
      audit.record(request, { action: "config.apply", subject: token, detail })
      return { ...result, applied: answer }
    } catch (error) {
      return { ...result, applied: { token, answered: false, reason: errorAnswer(error).message } }
    }
  })
  clientList.outdate()
  return answers
}
