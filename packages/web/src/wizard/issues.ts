import { bodySchema } from "../api/schemas.js"
import { filterOf } from "../health/filter.js"
import { severities, subjectName } from "../health/finding.js"
import type { Finding } from "../health/ledger.js"
import { WebError } from "../server/web-error.js"
import { issueOf } from "./issue.js"
import { reading, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

interface PageBody {
  readonly currentPage: number
  readonly perPage: number
  readonly sortBy?: string | null
  readonly sortDesc?: boolean | null
}

const page = { type: "integer", minimum: 1, maximum: 1_000_000, default: 1 }
const listSchema = bodySchema({
  currentPage: page,
  perPage: { ...page, maximum: 1000, default: 20 },
  sortBy: { type: ["string", "null"] },
  sortDesc: { type: ["boolean", "null"] },
})

/** Open findings as issues. What is marked as solved is acknowledged, and resolved once it is no longer so. */
export const issues: WizardRoutes = (app, context) => {
  const { engine, audit } = context
  const scan = new Scan(context)

  app.post<{ Body: PageBody }>(
    "/cluster/issues",
    { schema: { ...listSchema, summary: "A page of the issues", tags }, config: reading },
    async ({ body: { currentPage, perPage, sortBy, sortDesc } }) => {
      const found = engine.list().filter(filterOf({ state: "open" }))
      const order = orders.get(sortBy ?? "")
      if (order !== undefined) found.sort(order)
      if (sortDesc === true) found.reverse()
      const begin = (currentPage - 1) * perPage
      return { totalRows: found.length, rows: found.slice(begin, begin + perPage).map((one) => issue(context, one)) }
    },
  )

  app.get<{ Params: { metric: string } }>(
    "/metric/:metric/issues",
    { schema: { summary: "The issues of a metric", tags } },
    async ({ params: { metric } }) => {
      const found = engine.list().filter(filterOf({ state: "open", metric }))
      return { issues: found.map((one) => issue(context, one)) }
    },
  )

  app.delete<{ Params: { issue: string } }>(
    "/cluster/issues/:issue",
    { schema: { summary: "Mark an issue as solved", tags }, config: { needs: "operator" } },
    async (request) => {
      const { issue: id } = request.params
      const mark = { by: request.identity.name, note: "marked as solved in the wizard" }
      const finding = await engine.mark(id, "acknowledge", mark)
      if (finding === undefined) {
        throw new WebError("no-such-finding", `there is no issue ${JSON.stringify(id)}`, { status: 404 })
      }
      const { kind, subject } = finding
      audit.record(request, { action: "finding.acknowledge", subject: subjectName(subject), detail: { kind } })
      return { status: "ok" }
    },
  )

  app.post("/cluster/health_scan", { schema: { summary: "Look at everything now", tags } }, async (_request, reply) =>
    scan.start() ? reply.code(202).send({ status: "created" }) : reply.code(429).send({ status: "already running" }),
  )

  app.get(
    "/cluster/health_scan",
    { schema: { summary: "Whether a look that was asked for goes on", tags } },
    async () => ({
      status: scan.isRunning ? "running" : "finished",
    }),
  )
}

function issue({ catalogue }: WizardContext, finding: Finding) {
  const { subject } = finding
  return issueOf(finding, "metric" in subject ? catalogue.get(subject.metric)?.metadata : undefined)
}

type Order = (a: Finding, b: Finding) => number

/** Without any of these the worst come first. */
const orders: ReadonlyMap<string, Order> = new Map<string, Order>([
  ["severity", (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity)],
  ["scope", (a, b) => compare(subjectName(a.subject), subjectName(b.subject))],
  ["issue", (a, b) => compare(a.kind, b.kind)],
])

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A look that somebody has asked for: two sweeps, as a condition counts once two have seen it. */
class Scan {
  readonly #context: WizardContext
  isRunning = false

  constructor(context: WizardContext) {
    this.#context = context
  }

  /** Whether it begins; false if one goes on. */
  start(): boolean {
    if (this.isRunning) return false
    this.isRunning = true
    void this.#run()
    return true
  }

  async #run(): Promise<void> {
    const { engine, logger } = this.#context
    try {
      await engine.sweep()
      await engine.sweep()
    } catch (error) {
      logger.warn("health could not be looked at", { error })
    } finally {
      this.isRunning = false
    }
  }
}
