import type { JsonObject, JsonValue } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { checkKnown } from "../api/metric-targets.js"
import { bodySchema, metricName, metricNames } from "../api/schemas.js"
import { WebError } from "../server/web-error.js"
import { changeConfig } from "./config-change.js"
import { isObject } from "./is-object.js"
import { defaultIntervals, type IntervalTexts, intervalTexts, readIntervals } from "./storage-intervals.js"
import { BODY_BYTES, reading, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Metrics in a request. */
const MOST = 10_000

interface SelectedBody {
  readonly selectedMetrics: readonly string[]
}
interface StoredMetric extends IntervalTexts {
  readonly id: string
  readonly databaseId: string
}

const selected = bodySchema({ selectedMetrics: { ...metricNames(MOST), minItems: 0 } }, ["selectedMetrics"])
const duration = { type: "string", minLength: 1, maxLength: 64 }
const entry = {
  type: "object",
  properties: {
    ...{ id: metricName, databaseId: { type: "string", minLength: 1, maxLength: 255 } },
    ...{ intervalMin: duration, intervalMax: duration, intervalFactor: { type: "integer", minimum: 2, maximum: 1e6 } },
  },
  required: ["id", "databaseId", "intervalMin", "intervalMax", "intervalFactor"],
}
const storeSchema = bodySchema({ databaseConfigurations: { type: "array", maxItems: MOST, items: entry } }, [
  "databaseConfigurations",
])
const bodyLimit = BODY_BYTES

/** Which metrics databases are told to store by name, and in which rows. */
export const storage: WizardRoutes = (app, context) => {
  const { catalogue, configBook } = context

  app.post<{ Body: SelectedBody }>(
    "/metrics/database/defaults",
    {
      schema: { ...selected, summary: "Rows that suit metrics that are in no database", tags },
      bodyLimit,
      config: reading,
    },
    async ({ body: { selectedMetrics } }) => {
      await catalogue.learn(selectedMetrics)
      return selectedMetrics.flatMap((id) => {
        const metadata = catalogue.get(id)?.metadata
        return metadata === undefined || metadata.historic === true
          ? []
          : [{ id, ...intervalTexts(defaultIntervals(metadata)) }]
      })
    },
  )

  app.post<{ Body: SelectedBody }>(
    "/databases/historic_metrics",
    { schema: { ...selected, summary: "Rows of metrics in databases", tags }, bodyLimit, config: reading },
    async ({ body: { selectedMetrics } }) => {
      const databases: { id: string; metrics: JsonObject[] }[] = []
      await configBook.each((token, { metrics }) => {
        if (!token.startsWith("db-")) return
        const stored = selectedMetrics.flatMap((id) => storedAs(metrics, token, id))
        databases.push({ id: token, metrics: stored })
      })
      return databases
    },
  )

  app.post<{ Body: { databaseConfigurations: readonly StoredMetric[] } }>(
    "/metrics/database",
    { schema: { ...storeSchema, summary: "Have databases store metrics", tags }, bodyLimit },
    async (request) => store(context, request, request.body.databaseConfigurations),
  )
}

/** What the configuration of a database says of a metric, if it names it with its rows. */
function storedAs(metrics: JsonValue | undefined, databaseId: string, id: string): JsonObject[] {
  const found = isObject(metrics) && Object.hasOwn(metrics, id) ? metrics[id] : undefined
  if (!isObject(found)) return []
  const { interval_min: min, interval_max: max, interval_factor: factor } = found
  const textOf = (length: JsonValue | undefined): JsonValue =>
    typeof length === "number" ? `${length / 1e6}ms` : (length ?? null)
  return [{ id, databaseId, intervalMin: textOf(min), intervalMax: textOf(max), intervalFactor: factor ?? null }]
}

/** All of it is checked before anything is written. What a database names already stays as it is. */
async function store(context: WizardContext, request: FastifyRequest, wanted: readonly StoredMetric[]) {
  await checkKnown(
    context,
    wanted.map(({ id }) => id),
  )
  const byDatabase = new Map<string, [string, JsonObject][]>()
  for (const { id, databaseId, ...texts } of wanted) {
    const { minNs, maxNs, factor } = readIntervals(texts)
    const rows = { interval_min: Number(minNs), interval_max: Number(maxNs), interval_factor: factor }
    const entries = byDatabase.get(databaseId) ?? []
    byDatabase.set(databaseId, entries)
    entries.push([id, { mode: "RW", ...rows }])
  }
  for (const [token, entries] of byDatabase) {
    await changeConfig(context, request, token, (config) => {
      const { metrics = {} } = config
      if (!isObject(metrics)) {
        throw new WebError("form", `the configuration of ${token} does not name metrics with their rows`, {
          status: 409,
        })
      }
      const added = { ...Object.fromEntries(entries), ...metrics }
      return { config: { ...config, metrics: { ...metrics, ...added } }, note: `stores ${entries.length} more metrics` }
    })
  }
  return wanted.map(({ id, databaseId, ...texts }) => ({ id, databaseId, ...intervalTexts(readIntervals(texts)) }))
}
