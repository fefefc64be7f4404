import type { FastifyInstance, FastifyRequest } from "fastify"
import type { Audit } from "../access/audit.js"
import type { Identity } from "../access/identity.js"
import { checkRole } from "../access/needs.js"
import { bodySchema, querySchema } from "../api/schemas.js"
import { WebError } from "../server/web-error.js"
import { findingAnswer } from "./answer.js"
import type { Assignees } from "./assignees.js"
import { countFindings } from "./counts.js"
import type { HealthEngine } from "./engine.js"
import { type FindingQuery, filterOf, filterSchemas } from "./filter.js"
import { type FixKind, subjectName } from "./finding.js"
import type { FixInput, FixParts } from "./fixes/fix.js"
import { fixes } from "./fixes/index.js"
import type { Finding, HandlingChange } from "./ledger.js"
import type { HealthSettings } from "./settings.js"
import { defaultThresholds } from "./thresholds.js"

/** What the endpoints work with. */
export interface HealthParts {
  readonly engine: HealthEngine
  readonly assignees: Assignees
  readonly audit: Audit
  readonly fixParts: Omit<FixParts, "by">
  /** After something was fixed: have it seen. */
  onFixed(): void
}

const tags = ["health"]
/** Metrics named beforehand. */
const MOST_SHOWN = 100
const text = { type: "string", maxLength: 255 } as const
const paging = {
  offset: { type: "integer", minimum: 0, default: 0 },
  limit: { type: "integer", minimum: 0, maximum: 1000, default: 200 },
} as const
const listSchema = querySchema({
  ...filterSchemas,
  mine: { type: "boolean" },
  ...paging,
  state: { enum: ["open", "acknowledged", "muted", "all"] },
})
const historySchema = querySchema({ ...filterSchemas, mine: { type: "boolean" }, ...paging })
const note = { type: "string", maxLength: 1000 } as const
const acknowledgeSchema = bodySchema({ note })
const handlingSchema = bodySchema({
  assignee: { anyOf: [{ type: "null" }, { type: "string", maxLength: 100, pattern: "^[^\\p{Cc}]*$" }] },
  note: { anyOf: [{ type: "null" }, note] },
})
const fixSchema = bodySchema({ unit: { type: "string", maxLength: 100 }, database: text })
const muteSchema = bodySchema({
  note,
  until: { anyOf: [{ type: "null" }, { type: "string", maxLength: 40 }] },
  seconds: { type: "number", exclusiveMinimum: 0, maximum: 315_360_000 },
})

interface ListQuery extends FindingQuery {
  readonly offset: number
  readonly limit: number
  /** Those that whoever asks looks after. */
  readonly mine?: boolean
}
type MuteBody = { readonly note?: string; readonly until?: string | null; readonly seconds?: number } | null

/** `health`: findings, what is said and done about them, and the settings. */
export function addHealthEndpoints(app: FastifyInstance, parts: HealthParts): void {
  addReading(app, parts)
  addMarking(app, parts)
  addHandling(app, parts)
  addFixing(app, parts)
  addSettings(app, parts)
}

function addReading(app: FastifyInstance, { engine }: HealthParts): void {
  app.get<{ Querystring: ListQuery }>(
    "/findings",
    { schema: { ...listSchema, tags, summary: "Findings that hold now" } },
    async ({ query: { offset, limit, ...query }, identity }) => {
      const all = engine.list()
      const found = all.filter(filterOf(asked(query, identity)))
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
  app.get<{ Querystring: ListQuery }>(
    "/history",
    { schema: { ...historySchema, tags, summary: "Findings that have been resolved, the latest first" } },
    async ({ query: { offset, limit, ...query }, identity }) => {
      const found = engine.ledger.history().filter(filterOf(asked(query, identity)))
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

/** What `mine` means. */
function asked({ mine, ...query }: Omit<ListQuery, "offset" | "limit">, { name }: Identity): FindingQuery {
  return mine === true ? { ...query, assignee: name } : query
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
    const finding = await engine.mark(id, deed, { by, note, ...rest })
    if (finding === undefined) throw noSuchFinding()
    audit.record(request, { action: `finding.${deed}`, ...auditOf(finding, note ? { note } : {}) })
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

function addHandling(app: FastifyInstance, { engine, audit, assignees }: HealthParts): void {
  app.patch<{ Params: { id: string }; Body: HandlingChange }>(
    "/findings/:id",
    {
      schema: { ...handlingSchema, tags, summary: "Who looks after it, and what is known" },
      config: { needs: "operator" },
    },
    async (request) => {
      const { identity, params } = request
      const { assignee, note } = request.body
      const change = { note, assignee: assignee ? assignees.check(assignee, identity) : assignee }
      const finding = await engine.handle(params.id, change, identity.name)
      if (finding === undefined) throw noSuchFinding()
      const detail = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      audit.record(request, { action: "finding.handle", ...auditOf(finding, detail) })
      return findingAnswer(finding)
    },
  )
  app.get(
    "/assignees",
    { schema: { tags, summary: "Who can look after a finding" }, config: { needs: "operator" } },
    async ({ identity }) => assignees.list(identity, [...engine.list(), ...engine.ledger.history()]),
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
  const config = { needs: "operator" } as const
  const partsFor = (request: FastifyRequest) => ({ ...fixParts, by: request.identity.name })
  app.get<{ Params: { id: string } }>(
    "/findings/:id/fix",
    { schema: { tags, summary: "What putting it right would do; changes nothing" }, config },
    async (request) => {
      const { finding, fix } = fixOf(engine, request.params.id)
      const { metrics, asks = {}, ...plan } = await fixes[fix].plan(finding, partsFor(request))
      const shown = { total: metrics.length, metrics: metrics.slice(0, MOST_SHOWN) }
      return { fix, needs: fixes[fix].needs, ...plan, ...shown, asks }
    },
  )
  app.post<{ Params: { id: string }; Body: FixInput | null }>(
    "/findings/:id/fix",
    { schema: { ...optional(fixSchema), tags, summary: "Do what puts it right" }, config },
    async (request) => {
      const { finding, fix } = fixOf(engine, request.params.id)
      checkRole(request.identity, fixes[fix].needs)
      const done = await fixes[fix].run(finding, partsFor(request), request.body ?? {})
      audit.record(request, { action: "finding.fix", ...auditOf(finding, { fix, ...request.body, done }) })
      onFixed()
      return { done }
    },
  )
}

/** @throws {WebError} `no-such-finding`, `no-fix` */
function fixOf(engine: HealthEngine, id: string): { finding: Finding; fix: FixKind } {
  const finding = engine.get(id)
  if (finding === undefined) throw noSuchFinding()
  if (finding.fix !== undefined) return { finding, fix: finding.fix }
  const text = "nothing can be done about this from here"
  throw new WebError("no-fix", text, { status: 409, remedy: finding.remedy })
}

function addSettings(app: FastifyInstance, { engine, audit }: HealthParts): void {
  const answer = (settings: HealthSettings) => ({ ...settings, defaults: defaultThresholds })
  app.get("/settings", { schema: { tags, summary: "How health is looked after" } }, async () => answer(engine.settings))
  app.put<{ Body: Record<string, unknown> }>(
    "/settings",
    { schema: { body: { type: "object" }, tags, summary: "Change some of it" }, config: { needs: "operator" } },
    async (request) => {
      const settings = await engine.changeSettings(request.body)
      const detail = { keys: Object.keys(request.body).slice(0, 10) }
      audit.record(request, { action: "health.settings", subject: "health", detail })
      return answer(settings)
    },
  )
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
