import { checkMetricName, type JsonObject, type Metadata, RPCError } from "@metricq/client"
import { storedConfig } from "../api/stored-config.js"
import { mapBounded } from "../network/bounded.js"
import { placesOf } from "../network/places-of.js"
import { storesMetric } from "../network/stores.js"
import { WebError } from "../server/web-error.js"
import { aliasMetadata } from "./alias-metadata.js"
import { aliasSettings } from "./alias-settings.js"
import { databasePlan } from "./database-outlook.js"
import { hasBothKeys, renamedDocument, storingAs, storingBoth, storingNew } from "./document-edits.js"
import { isOutdated } from "./is-outdated.js"
import type {
  Clash,
  ClientState,
  DatabasePlan,
  DocumentPlan,
  RenameNetwork,
  RenamePlan,
  RenameStep,
  RenameWish,
  SourcePlan,
} from "./rename-plan.js"
import { sourceOrigin } from "./source-edit.js"

const AT_ONCE = 8
/** Places told of one document. */
const MAX_PLACES = 20
/** Somebody who looks at the page: comes and goes. */
const VIEWER = /^web-live\b/
const reading = { repeatable: true, timeout: 10 }

type Metadatas = RenamePlan["metadata"]

/**
 * Find out what it takes to give a metric another name: nothing is changed.
 *
 * Only what stands in the way of the wish as a whole is an error; what stands in the way of a step is a clash of the plan. A plan without
 * steps says that there is nothing left to do.
 *
 * @throws {WebError} `same-name`, `no-such-metric`, `metric-name`; {DataError} `metric-name`; {RPCError} where this user may not read configurations
 */
export async function planRename(network: RenameNetwork, wish: RenameWish): Promise<RenamePlan> {
  const { from, to, mode } = wish
  checkMetricName(to)
  if (to.split(".").some((component) => component.trim() !== component || component === ""))
    throw new WebError("metric-name", `${to} has a component that is empty, or has a blank at its end`)
  if (from === to) throw new WebError("same-name", "the new name is the old one")
  const metadata = await metadataOf(network, wish)
  const states = new Map((await network.clientList.list()).map(({ token, state }) => [token, state]))
  const stateOf = (token: string): ClientState => states.get(token) ?? "unknown"
  const tokens = await tokensAbout(network, wish)
  const found = await mapBounded(tokens, AT_ONCE, async (token) => storedConfig(network.rpc, token))
  const stored = found.filter((each) => each !== undefined)
  const context: PlanContext = { network, wish, metadata, stateOf }
  const { source, after: sourceAfter } = await planSource(context)
  const documents: DocumentPlan[] = []
  const clashes: Clash[] = []
  for (const { token, config, revision } of stored) {
    const after = await afterOf(context, token, config, source, sourceAfter)
    if (JSON.stringify(after) === JSON.stringify(config)) continue
    const role = token === source?.token ? "source" : token.startsWith("db-") ? "database" : "other"
    if (role !== "database" && hasBothKeys(config, wish))
      clashes.push({ kind: "keys", token, without: `config:${token}` })
    const places = token === source?.token ? source.where : placesOf(config, from, MAX_PLACES)
    documents.push({ token, role, state: stateOf(token), where: places, revision, before: config, after })
  }
  const storing = stored.filter(({ token, config }) => token.startsWith("db-") && storesMetric(config, from))
  const databases = await planDatabases(context, new Set(storing.map(({ token }) => token)))
  clashes.push(...(await sourceClashes(context, source)), ...databaseClashes(wish, databases))
  const byHand = mode === "alias" ? [] : await readersOf(context, new Set(documents.map(({ token }) => token)))
  const plan = { ...wish, source, documents, databases, byHand, clashes, metadata }
  return { ...plan, steps: stepsOf(plan) }
}

interface PlanContext {
  readonly network: RenameNetwork
  readonly wish: RenameWish
  readonly metadata: Metadatas
  readonly stateOf: (token: string) => ClientState
}

/** @throws {WebError} `no-such-metric` if neither name is known */
async function metadataOf({ rpc }: RenameNetwork, { from, to }: RenameWish): Promise<Metadatas> {
  const { metadata } = await rpc.rpc("metadata.get", { metrics: [from, to] }, reading)
  const known = { from: metadata[from] ?? null, to: metadata[to] ?? null }
  if (known.from !== null || known.to !== null) return known
  throw new WebError("no-such-metric", `nothing is known of ${from}`, { status: 404 })
}

/** Whose configurations have the name, or store it. */
async function tokensAbout({ configBook }: RenameNetwork, { from, to, mode }: RenameWish): Promise<string[]> {
  const tokens: string[] = []
  await configBook.each((token, config) => {
    const isDatabase = token.startsWith("db-")
    const stores = isDatabase && (storesMetric(config, from) || (mode === "alias" && storesMetric(config, to)))
    if (stores || (mode === "rename" && placesOf(config, from, 1).length > 0)) tokens.push(token)
  })
  return tokens
}

/** The source, and the document by which it declares the new name. */
async function planSource({ network, wish, metadata, stateOf }: PlanContext): Promise<{
  source: SourcePlan | null
  after?: JsonObject
}> {
  const token = sourceOf(metadata.from)
  if (token === undefined) return { source: null }
  const state = stateOf(token)
  const plan = { token, state, where: [], parts: [] }
  if (wish.mode === "alias") return { source: { ...plan, how: "stays" } }
  const config = (await storedConfig(network.rpc, token))?.config ?? {}
  const { after, ...origin } = await sourceOrigin(config, wish, (next) => network.declared(token, next))
  if (after) return { source: { ...plan, ...origin, how: "edit" }, after }
  const isDone = sourceOf(metadata.to) === token
  const isSilent = state !== "up" && state !== "late"
  return { source: { ...plan, ...origin, how: isDone ? "done" : isSilent ? "silent" : "elsewhere" } }
}

function sourceOf(metadata: Metadata | null): string | undefined {
  return typeof metadata?.source === "string" ? metadata.source : undefined
}

/** What a document should become. */
async function afterOf(
  { network, wish, metadata, stateOf }: PlanContext,
  token: string,
  config: JsonObject,
  source: SourcePlan | null,
  sourceAfter: JsonObject | undefined,
): Promise<JsonObject> {
  if (wish.mode === "alias") {
    const isStored = metadata.to?.historic === true
    const settings = stateOf(token) === "up" ? await aliasSettings(network, token, isStored ? wish.to : wish.from) : {}
    return storingAs(config, wish.from, wish.to, settings)
  }
  if (token === source?.token) return sourceAfter ?? config
  if (token.startsWith("db-")) return storingNew(storingBoth(config, wish), wish)
  return renamedDocument(config, wish)
}

/** Databases that should have a history of it, or may have. */
async function planDatabases(context: PlanContext, storing: ReadonlySet<string>): Promise<DatabasePlan[]> {
  const { network, wish, stateOf } = context
  const present = (await network.clientList.list()).filter(
    ({ token, state }) => token.startsWith("db-") && state === "up",
  )
  const tokens = [...new Set([...storing, ...present.map(({ token }) => token)])].sort()
  const plans = await mapBounded(tokens, AT_ONCE, (token) => databasePlan(network.rpc, token, stateOf(token), wish))
  // One that has nothing of it, and is not meant to, is not worth a word.
  return plans.filter(({ token, history }) => storing.has(token) || (history !== "nothing" && history !== "unknown"))
}

/** Two sources, or two metrics of one, must not have one name. */
async function sourceClashes(context: PlanContext, source: SourcePlan | null): Promise<Clash[]> {
  const { from, to, mode } = context.wish
  const other = sourceOf(context.metadata.to)
  const clashes: Clash[] = []
  if (source?.how === "elsewhere") clashes.push({ kind: "elsewhere", token: source.token })
  if (other === undefined || !(await declaresStill(context, other, to))) return clashes
  const isOwn = mode === "rename" && other === source?.token
  const isTwice = isOwn && (await declaresStill(context, other, from, false))
  if (isTwice || (!isOwn && (source !== null || mode === "alias"))) clashes.push({ kind: "declared", token: other })
  return clashes
}

/** Whether a client that runs declares a metric; `otherwise` where nobody can tell. */
async function declaresStill(
  { network, stateOf, wish, metadata }: PlanContext,
  token: string,
  metric: string,
  otherwise = true,
): Promise<boolean> {
  if (stateOf(token) === "gone" || stateOf(token) === "unknown") return false
  const config = (await storedConfig(network.rpc, token))?.config ?? {}
  const told = await network.declared(token, config)
  if ("metrics" in told) return Object.hasOwn(told.metrics, metric)
  if (placesOf(config, metric, 1).length > 0 || !otherwise) return otherwise
  const client = (await network.clientList.list()).find((each) => each.token === token)
  const declared = metric === wish.to ? metadata.to : metadata.from
  return !isOutdated(declared?.date, client?.configuration?.sent?.time)
}

function databaseClashes(wish: RenameWish, databases: readonly DatabasePlan[]): Clash[] {
  const clashes: Clash[] = []
  for (const { token, state, history, reason } of databases) {
    const without = `history:${token}`
    const detail = reason === undefined ? {} : { detail: reason }
    if (history === "refused") clashes.push({ kind: "history", token, without, ...detail })
    if (history !== "unknown") continue
    const isAway = state !== "up" && state !== "late"
    if (isAway || wish.mode === "rename") clashes.push({ kind: isAway ? "away" : "cannot", token, without, ...detail })
  }
  return clashes
}

/** Who is subscribed and has no document in this plan, nor a queue that a database's document makes. */
async function readersOf({ network, wish }: PlanContext, told: ReadonlySet<string>): Promise<RenamePlan["byHand"]> {
  try {
    const { subscriptions } = await network.rpc.rpc("client.subscriptions", { metric: wish.from }, reading)
    const isConcerned = (token: string) => !told.has(token) && !VIEWER.test(token)
    const readers = subscriptions.filter(({ token, role }) => role !== "database" && isConcerned(token))
    const named = readers.map((each) => ({ token: each.token, how: "via" in each ? each.via : wish.from }))
    // A pattern that has both names needs nothing.
    return named.filter(({ how }) => how === wish.from || !keyMatches(how, wish.to))
  } catch (error) {
    if (error instanceof RPCError) return null
    throw error
  }
}

/** Whether a key of the broker, `*` for a component and `#` for any number, has a name. */
function keyMatches(key: string, name: string): boolean {
  const [words, parts] = [key.split("."), name.split(".")]
  const from = (w: number, p: number): boolean => {
    if (w === words.length) return p === parts.length
    if (words[w] === "#") return from(w + 1, p) || (p < parts.length && from(w, p + 1))
    return p < parts.length && (words[w] === "*" || words[w] === parts[p]) && from(w + 1, p + 1)
  }
  return from(0, 0)
}

function stepsOf({ mode, documents, databases, metadata, from, to }: Omit<RenamePlan, "steps">): RenameStep[] {
  const config = ({ token }: { readonly token: string }): RenameStep => ({
    id: `config:${token}`,
    kind: "config",
    token,
  })
  const of = (role: DocumentPlan["role"]) => documents.filter((document) => document.role === role)
  const both = of("database").filter(
    ({ before }) => mode === "rename" && isOther(storingBoth(before, { from, to }), before),
  )
  const histories = databases.filter(({ history }) => history !== "nothing")
  const last = of("database").filter(
    ({ before, after }) => mode === "alias" || isOther(storingBoth(before, { from, to }), after),
  )
  const move = histories.map(({ token }): RenameStep => ({ id: `history:${token}`, kind: "history", token }))
  const changes = last.map(config)
  const isMoving = mode === "rename" ? metadata.from !== null : Object.keys(aliasMetadata(metadata)).length > 0
  return [
    ...both.map(({ token }): RenameStep => ({ id: `config:${token}`, kind: "both", token })),
    ...of("source").map(config),
    ...of("other").map(config),
    ...(mode === "alias" ? [...changes, ...move] : [...move, ...changes]),
    ...(isMoving ? [{ id: "metadata", kind: "metadata" } as const] : []),
  ]
}

function isOther(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}
