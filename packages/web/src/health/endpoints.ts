import type { FastifyInstance, FastifyRequest } from "fastify"
import type { Audit } from "../access/audit.js"
import { includesRole } from "../access/role.js"
import { bodySchema, metricName, querySchema } from "../api/schemas.js"
import { WebError } from "../server/web-error.js"
import { findingAnswer } from "./answer.js"
import { countFindings } from "./counts.js"
import type { Webhook } from "./delivery/webhook.js"
import type { HealthEngine } from "./engine.js"
import { type FindingQuery, filterOf } from "./filter.js"
import { findingKinds, severities, subjectName } from "./finding.js"
import { type FixParts, fixes } from "./fixes/fix.js"
import type { Finding } from "./ledger.js"
import type { HealthSettings } from "./settings.js"
import { defaultThresholds } from "./thresholds.js"

/** What the endpoints work with. */
export interface HealthParts {
  readonly engine: HealthEngine
  readonly webhook: Webhook
  readonly audit: Audit
  readonly fixParts: Omit<FixParts, "by">
  /** After something was fixed: have it seen. */
  onFixed(): void
}

const tags = ["health"]
const text = { type: "string", maxLength: 255 } as const
const paging = {
  offset: { type: "integer", minimum: 0, default: 0 },
  limit: { type: "integer", minimum: 0, maximum: 1000, default: 200 },
} as const
const filters = {
  ...{ kind: { enum: findingKinds }, severity: { enum: severities }, source: text, metric: metricName, client: text },
  search: { type: "string", maxLength: 500 },
} as const
const listSchema = querySchema({ ...filters, ...paging, state: { enum: ["open", "acknowledged", "muted", "all"] } })
const historySchema = querySchema({ ...filters, ...paging })
const note = { type: "string", maxLength: 1000 } as const
const acknowledgeSchema = bodySchema({ note })
const muteSchema = bodySchema({
  note,
  until: { anyOf: [{ type: "null" }, { type: "string", maxLength: 40 }] },
  seconds: { type: "number", exclusiveMinimum: 0, maximum: 315_360_000 },
})

interface Paging {
  readonly offset: number
  readonly limit: number
}
type MuteBody = { readonly note?: string; readonly until?: string | null; readonly seconds?: number } | null

/** `health`: findings, what is said and done about them, and the settings. */
export function addHealthEndpoints(app: FastifyInstance, parts: HealthParts): void {
  addReading(app, parts)
  addMarking(app, parts)
  addFixing(app, parts)
  addSettings(app, parts)
}

function addReading(app: FastifyInstance, { engine }: HealthParts): void {
  app.get<{ Querystring: FindingQuery & Paging }>(
    "/findings",
    { schema: { ...listSchema, tags, summary: "Findings that hold now" } },
    async ({ query: { offset, limit, ...query } }) => {
      const all = engine.list()
      const found = all.filter(filterOf({ ...query, state: query.state ?? "all" }))
      const sweep = sweepOf(engine)
      const page = found.slice(offset, offset + limit).map(findingAnswer)
      return {
        total: found.length,
        offset,
        findings: page,
        counts: countFindings(all),
        left: engine.ledger.left,
        sweep,
      }
    },
  )
  app.get<{ Querystring: FindingQuery & Paging }>(
    "/history",
    { schema: { ...historySchema, tags, summary: "Findings that have been resolved, the latest first" } },
    async ({ query: { offset, limit, ...query } }) => {
      const found = engine.ledger.history().filter(filterOf(query))
      return { total: found.length, offset, findings: found.slice(offset, offset + limit).map(findingAnswer) }
    },
  )
  app.post(
    "/sweep",
    { schema: { tags, summary: "Look at everything now" }, config: { needs: "operator" } },
    async () => {
      await engine.sweep()
      return sweepOf(engine)
    },
  )
}

function sweepOf({ status: { timeMs, tookMs, metrics, trouble } }: HealthEngine) {
  const time = timeMs === undefined ? null : new Date(timeMs).toISOString()
  return { time, seconds: Math.round(tookMs) / 1000, metrics, ...(trouble === undefined ? {} : { trouble }) }
}

function addMarking(app: FastifyInstance, { engine, audit }: HealthParts): void {
  const mark = async (
    request: FastifyRequest,
    deed: "acknowledge" | "mute" | "reopen",
    said: { note?: string | undefined; untilMs?: number | null },
  ) => {
    const { id } = request.params as { id: string }
    const { note, ...rest } = said
    const by = request.identity.name
    const finding = await engine.mark(id, deed, { by, ...rest, ...(note ? { note } : {}) })
    if (finding === undefined) throw noSuchFinding()
    audit.record(request, { action: `finding.${deed}`, ...auditOf(finding) })
    return findingAnswer(finding)
  }
  const config = { needs: "operator" } as const
  app.post<{ Params: { id: string }; Body: { note?: string } | null }>(
    "/findings/:id/acknowledge",
    { schema: { ...optional(acknowledgeSchema), tags, summary: "Say that somebody knows" }, config },
    async (request) => mark(request, "acknowledge", { note: request.body?.note }),
  )
  app.post<{ Params: { id: string }; Body: MuteBody }>(
    "/findings/:id/mute",
    { schema: { ...optional(muteSchema), tags, summary: "Say nothing of it until a time, or for ever" }, config },
    async (request) => mark(request, "mute", { note: request.body?.note, untilMs: untilOf(request.body) }),
  )
  app.post<{ Params: { id: string } }>(
    "/findings/:id/reopen",
    { schema: { tags, summary: "Take back what was said of it" }, config },
    async (request) => mark(request, "reopen", {}),
  )
}

/** @throws {WebError} `time` */
function untilOf(body: MuteBody): number | null {
  const { until, seconds } = body ?? {}
  if (seconds !== undefined) return Date.now() + seconds * 1000
  if (until === undefined || until === null) return null
  const untilMs = Date.parse(until)
  if (untilMs > Date.now()) return untilMs
  throw new WebError("time", `until is no time to come: ${JSON.stringify(until)}`, { remedy: "write ISO 8601" })
}

function addFixing(app: FastifyInstance, { engine, audit, fixParts, onFixed }: HealthParts): void {
  app.post<{ Params: { id: string } }>(
    "/findings/:id/fix",
    { schema: { tags, summary: "Do what puts it right" }, config: { needs: "operator" } },
    async (request) => {
      const finding = engine.get(request.params.id)
      if (finding === undefined) throw noSuchFinding()
      if (finding.fix === undefined) {
        throw new WebError("no-fix", "nothing can be done about this from here", {
          status: 409,
          remedy: finding.remedy,
        })
      }
      const fix = fixes[finding.fix]
      if (!includesRole(request.identity.role, fix.needs)) {
        const remedy = `ask somebody with the role ${fix.needs}`
        throw new WebError("role", `this needs the role ${fix.needs}`, { status: 403, remedy })
      }
      const done = await fix.run(finding, { ...fixParts, by: request.identity.name })
      audit.record(request, { action: `finding.fix`, ...auditOf(finding, { fix: finding.fix, done }) })
      onFixed()
      return { done }
    },
  )
}

function addSettings(app: FastifyInstance, { engine, webhook, audit }: HealthParts): void {
  app.get("/settings", { schema: { tags, summary: "How health is looked after" } }, async (request) =>
    settingsAnswer(engine.settings, includesRole(request.identity.role, "operator")),
  )
  app.put<{ Body: Record<string, unknown> }>(
    "/settings",
    { schema: { body: { type: "object" }, tags, summary: "Change some of it" }, config: { needs: "operator" } },
    async (request) => {
      const settings = await engine.changeSettings(request.body)
      const detail = { keys: Object.keys(request.body).slice(0, 10) }
      audit.record(request, { action: "health.settings", subject: "health", detail })
      return settingsAnswer(settings, true)
    },
  )
  app.post(
    "/settings/test",
    { schema: { tags, summary: "Send a test message to the webhook" }, config: { needs: "operator" } },
    async () => webhook.test(),
  )
}

/** The address of a webhook is often its only secret. */
function settingsAnswer(settings: HealthSettings, withSecrets: boolean) {
  const { webhook } = settings
  const shown = webhook && !withSecrets ? { ...webhook, url: `${new URL(webhook.url).origin}/******` } : webhook
  return { ...settings, webhook: shown, defaults: defaultThresholds }
}

function auditOf({ kind, subject }: Finding, detail: Record<string, unknown> = {}) {
  return { subject: subjectName(subject), detail: { kind, ...detail } }
}

function noSuchFinding(): WebError {
  const text = "there is no finding of this id: it may have been resolved"
  return new WebError("no-such-finding", text, { status: 404, remedy: "load the list again" })
}

/** A body that may be absent. */
function optional({ body }: { readonly body: object }) {
  return { body: { anyOf: [{ type: "null" }, body] } }
}
