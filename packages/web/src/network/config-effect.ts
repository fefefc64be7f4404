import { type Client, type JsonObject, type Metadata, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import type { Catalogue, CatalogueEntry } from "./catalogue.js"
import { metricsOfFormulas } from "./formula-document.js"

/** The metrics that a configuration declares, and who says so; or why nobody does. */
export type Declared =
  | { readonly by: "kind" | "formulas" | "agent"; readonly metrics: Readonly<Record<string, Metadata>> }
  | { readonly unknown: "no-preview" | "not-connected" | "no-answer" }
  | { readonly objection: string }

/** What would become of the metrics of a client. Lists have 1000 entries at most; the counts tell of all. */
export interface ConfigEffect {
  /** Metrics that the client does not declare yet. */
  readonly appear: readonly string[]
  /** Metrics that it declares, and would no more. Their history stays. */
  readonly vanish: readonly string[]
  /** Metrics that another source declares. */
  readonly clash: readonly { readonly metric: string; readonly source: string }[]
  /** Metrics it goes on to declare, with another unit or rate. */
  readonly changed: readonly { readonly metric: string; readonly keys: Readonly<Record<string, MetadataChange>> }[]
  readonly counts: Readonly<Record<"appear" | "vanish" | "clash" | "changed" | "stay", number>>
}

export interface MetadataChange {
  readonly before: Metadata[string]
  readonly after: Metadata[string]
}

/** How long an agent has to tell; it may have to ask its devices. */
const ANSWER_S = 5
const MOST_NAMED = 1000
/** Metadata whose change people want to know of before. */
const TOLD_KEYS = ["unit", "rate"] as const

/**
 * What a configuration would declare: by what its kind knows, by the formulas in it, or by asking the agent, if it runs.
 *
 * `isOurs`: the agent is known to have the RPC `preview` if it publishes a schema; only then is a refusal taken for an objection.
 */
export async function declaredBy(
  client: Pick<Client, "rpcTo">,
  { token, config, isOurs }: { token: string; config: JsonObject; isOurs: boolean },
  byKind: () => Promise<Readonly<Record<string, Metadata>> | undefined>,
): Promise<Declared> {
  const known = await byKind()
  if (known !== undefined) return { by: "kind", metrics: known }
  const formulas = metricsOfFormulas(config)
  if (formulas !== undefined) return { by: "formulas", metrics: formulas }
  try {
    const { metrics } = await client.rpcTo(token, "preview", { config }, { timeout: ANSWER_S })
    return isNamed(metrics) ? { by: "agent", metrics } : { unknown: "no-preview" }
  } catch (error) {
    if (error instanceof PeerAway) return { unknown: "not-connected" }
    if (error instanceof TimeoutError) return { unknown: "no-answer" }
    if (!(error instanceof RPCError)) throw error
    const text = String(error.answer.error ?? error.message)
    return isOurs && !/rpc handler/i.test(text) ? { objection: text.slice(0, 2000) } : { unknown: "no-preview" }
  }
}

/**
 * Compare what a client would declare with what is declared now. `before` is what its stored configuration declares, where that is known:
 * metrics that only an older one has left behind then do not vanish by this one.
 */
export function effectOf(
  catalogue: Pick<Catalogue, "list" | "get">,
  token: string,
  next: Readonly<Record<string, Metadata>>,
  before?: Readonly<Record<string, Metadata>>,
): ConfigEffect {
  const names = Object.keys(next)
  const sourceOf = (name: string) => catalogue.get(name)?.metadata.source
  const own = catalogue.list().filter((entry) => entry.metadata.source === token && isCurrent(entry, before))
  const appear = names.filter((name) => sourceOf(name) !== token || !isCurrent(catalogue.get(name)!, before))
  const vanish = own.map(({ name }) => name).filter((name) => !Object.hasOwn(next, name))
  const clash = names.flatMap((metric) => {
    const source = sourceOf(metric)
    return typeof source === "string" && source !== token ? [{ metric, source }] : []
  })
  const stay = own.filter(({ name }) => Object.hasOwn(next, name))
  const changed = stay.flatMap(({ name, metadata }) => {
    const keys = changesBetween(metadata, next[name] ?? {})
    return Object.keys(keys).length > 0 ? [{ metric: name, keys }] : []
  })
  return {
    appear: appear.slice(0, MOST_NAMED),
    vanish: vanish.slice(0, MOST_NAMED),
    clash: clash.slice(0, MOST_NAMED),
    changed: changed.slice(0, MOST_NAMED),
    counts: {
      ...{ appear: appear.length, vanish: vanish.length, clash: clash.length },
      ...{ changed: changed.length, stay: stay.length },
    },
  }
}

function isCurrent(
  { name, metadata }: CatalogueEntry,
  before: Readonly<Record<string, Metadata>> | undefined,
): boolean {
  if (metadata.archived !== undefined && metadata.archived !== null) return false
  return before === undefined || Object.hasOwn(before, name)
}

function changesBetween(before: Metadata, after: Metadata): Record<string, MetadataChange> {
  const changed = TOLD_KEYS.filter((key) => after[key] !== undefined && after[key] !== before[key])
  return Object.fromEntries(changed.map((key) => [key, { before: before[key] ?? null, after: after[key] }]))
}

function isNamed(value: unknown): value is Record<string, Metadata> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
