import type { FastifyInstance } from "fastify"
import { openDraft, sentForm } from "./draft-of.js"
import type { Drafts } from "./drafts.js"
import { valuesOf } from "./form.js"
import { type ChosenMetric, type ItemMetric, metricsOf, metricTable, withColumns, withMetrics } from "./item-metrics.js"
import type { SourceForm } from "./source-form.js"
import { BODY_BYTES, tags, type WizardContext } from "./wizard-context.js"

interface SourceParams {
  Params: { token: string }
}
interface ItemParams {
  Params: { token: string; item: string }
}
interface MetricsBody {
  readonly metrics: readonly ChosenMetric[]
  /** As the original documents it; its page says `notSelectedMetrics`. */
  readonly notSelectedMetricIds?: readonly string[]
  readonly notSelectedMetrics?: readonly string[]
}

const body = { type: "object" }
const ids = { type: "array", maxItems: 10_000, items: { type: "string" } }
const chosen = {
  type: "object",
  properties: { id: { type: "string" }, customColumnsValues: { type: ["object", "null"] } },
  required: ["id"],
}
const metricsBody = {
  type: "object",
  properties: {
    metrics: { type: "array", maxItems: 10_000, items: chosen },
    ...{ notSelectedMetricIds: ids, notSelectedMetrics: ids },
  },
  required: ["metrics"],
}
const bodyLimit = BODY_BYTES

/** Config items, such as devices, and their metrics, in the draft of a session. */
export function configItems(app: FastifyInstance, context: WizardContext, drafts: Drafts): void {
  app.get<SourceParams>(
    "/source/:token/config_items",
    { schema: { summary: "Config items of a source", tags } },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      return { configItemName: form.itemNoun, configItems: form.list(draft.config) }
    },
  )
  app.get<SourceParams>(
    "/source/:token/config_items/input_form",
    { schema: { summary: "The form for a new config item", tags } },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      return form.itemForm(draft.config)
    },
  )
  app.post<SourceParams>(
    "/source/:token/config_items",
    { schema: { body, summary: "Add a config item to the draft", tags }, bodyLimit },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      const { config, item } = form.withItem(draft.config, undefined, sentForm(request))
      draft.config = config
      return item
    },
  )
  oneItem(app, context, drafts)
  itemMetrics(app, context, drafts)
}

function oneItem(app: FastifyInstance, context: WizardContext, drafts: Drafts): void {
  const path = "/source/:token/config_item/:item"
  app.get<ItemParams>(
    `${path}/input_form`,
    { schema: { summary: "The form of a config item", tags } },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      return form.itemForm(draft.config, request.params.item)
    },
  )
  app.get<ItemParams>(path, { schema: { summary: "What the form of a config item holds", tags } }, async (request) => {
    const { draft, form } = await openDraft(context, drafts, request)
    return valuesOf(form.itemForm(draft.config, request.params.item))
  })
  app.post<ItemParams>(
    path,
    { schema: { body, summary: "Change a config item of the draft", tags }, bodyLimit },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      const { config, item } = form.withItem(draft.config, request.params.item, sentForm(request))
      draft.config = config
      draft.deselected.delete(request.params.item)
      return item
    },
  )
  app.delete<ItemParams>(
    path,
    { schema: { summary: "Take a config item out of the draft", tags } },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      draft.config = form.withoutItem(draft.config, request.params.item)
      // Others may be called otherwise now.
      draft.deselected.clear()
      return { status: "success" }
    },
  )
}

function itemMetrics(app: FastifyInstance, context: WizardContext, drafts: Drafts): void {
  const path = "/source/:token/config_item/:item/metrics"
  app.get<ItemParams>(path, { schema: { summary: "Metrics of a config item", tags } }, async (request) => {
    const { draft, form } = await openDraft(context, drafts, request)
    const { item } = request.params
    const active = metricsOf(form, item, form.item(draft.config, item))
    const others = draft.deselected.get(item) ?? []
    return metricTable(form, [
      ...active.map((metric) => ({ ...metric, isActive: true })),
      ...others.map((metric) => ({ ...metric, isActive: false })),
    ])
  })
  app.post<ItemParams & { Body: MetricsBody }>(
    path,
    { schema: { body: metricsBody, summary: "Which metrics of a config item there are to be", tags }, bodyLimit },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      const { item: id } = request.params
      const item = form.item(draft.config, id)
      const active = metricsOf(form, id, item)
      const choice = choose(form, active, draft.deselected.get(id) ?? [], request.body)
      draft.config = form.withValue(draft.config, id, withMetrics(item, choice.kept, choice.others))
      draft.deselected.set(id, choice.others)
      return { metrics: choice.added }
    },
  )
}

/** What the page says, of the metrics that there are and of those that were deselected before. What it does not name stays as it is. */
function choose(
  form: SourceForm,
  active: readonly ItemMetric[],
  deselected: readonly ItemMetric[],
  { metrics, notSelectedMetricIds = [], notSelectedMetrics = [] }: MetricsBody,
) {
  const chosen = new Map(metrics.map((metric) => [metric.id, metric]))
  const left = new Set([...notSelectedMetricIds, ...notSelectedMetrics])
  const kept: ItemMetric[] = []
  const others: ItemMetric[] = []
  for (const metric of active) {
    const said = chosen.get(metric.id)
    if (said === undefined && left.has(metric.id)) others.push(metric)
    else kept.push(said === undefined ? metric : withColumns(form, metric, said))
  }
  const added: string[] = []
  for (const metric of deselected) {
    const said = chosen.get(metric.id)
    if (said === undefined) others.push(metric)
    else {
      kept.push(withColumns(form, metric, said))
      added.push(metric.id)
    }
  }
  return { kept, others, added }
}
