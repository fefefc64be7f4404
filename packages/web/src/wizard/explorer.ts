import { noSuchMetric } from "../api/no-such-metric.js"
import type { ClientRole } from "../network/client-role.js"
import { lineageOf } from "../network/lineage.js"
import { lineageSource } from "../network/lineage-source.js"
import { tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Generations of metrics, up and down. */
const DEPTH = 10
/** Distance of neighbours in the picture. */
const STEP = 75

/** What a metric is made of and what is made of it, for the explorer: nodes with their looks and places. */
export const explorer: WizardRoutes = (app, context) => {
  app.get<{ Params: { metric: string } }>(
    "/explorer/:metric",
    { schema: { summary: "The lineage of a metric as a picture", tags } },
    async ({ params: { metric } }) => picture(context, metric),
  )
}

async function picture(context: WizardContext, metric: string) {
  const { catalogue, watch, transformers } = context
  await catalogue.learn([metric])
  if (!catalogue.get(metric)) throw noSuchMetric(context, metric)
  const roles = new Map((await watch.picture()).nodes.map(({ id, role }) => [id, role]))
  const subscriptions = await watch.subscriptions()
  const derivations = await transformers.read([...roles].filter(([, role]) => role === "transformer").map(([id]) => id))
  const source = lineageSource({ catalogue, subscriptions, derivations, roles })
  const lineage = lineageOf(metric, source, { depth: DEPTH })
  const placed = places(lineage.nodes)
  const edges = lineage.edges.map(({ from, to }) => ({ source: nameOf(from), target: nameOf(to) }))
  return {
    nodes: Object.fromEntries(
      lineage.nodes.map(({ name, kind, role }) => [name, kind === "metric" ? circle(name, metric) : box(name, role)]),
    ),
    edges: Object.fromEntries(edges.map((edge) => [`${edge.source}to${edge.target}`, edge])),
    layout: Object.fromEntries(placed),
  }
}

/** Columns by the steps from the metric in question. A client that works on its own results stands where it is first. */
function places(nodes: readonly { readonly name: string; readonly level: number }[]) {
  const filled = new Map<number, number>()
  const placed = new Map<string, { x: number; y: number }>()
  for (const { name, level } of nodes) {
    if (placed.has(name)) continue
    const row = filled.get(level) ?? 0
    filled.set(level, row + 1)
    placed.set(name, { x: level * STEP, y: row * STEP })
  }
  return placed
}

/** Name in the id of a node: `m:METRIC`, or `c:TOKEN@LEVEL`. */
function nameOf(id: string): string {
  return id.startsWith("m:") ? id.slice(2) : id.slice(2, id.lastIndexOf("@"))
}

function circle(name: string, centre: string) {
  return { name, type: "circle", color: name === centre ? "#2f6b3a" : "#4caf6a", direction: "north" }
}

function box(name: string, role: ClientRole | undefined) {
  return { name, type: "rect", color: role === "transformer" ? "#4f9bd0" : "#3bb3bd", direction: "south" }
}
