import { type JsonObject, stringifyJson } from "@metricq/client"
import { flatten, type LayeredMetadata, layersOf, type StoredLayers } from "../metrics/layers.js"
import { type MetadataChange, type MetadataOrigin, metadataChange } from "../metrics/metadata-change.js"
import type { CouchDocument } from "./couch-database.js"
import { checkBody } from "./couch-limits.js"
import { HISTORY, isRestorable } from "./metadata-limits.js"
import type { DeletedMetadata, MetadataDecision } from "./store.js"

/** Characters of the history of a metric as JSON; beyond that the oldest changes go before there are {@link HISTORY}. */
const MAX_HISTORY_CHARACTERS = 256 * 1024
/** Keys that the wizard sets and takes away in the document itself: there its word counts. */
const SHARED_KEYS = ["hidden", "archived"]

/** What is kept of a metric beside its document. */
export interface Beside extends Partial<StoredLayers> {
  readonly history: readonly MetadataChange[]
}

/** A metric as it was read. */
export interface Known {
  readonly name: string
  document: CouchDocument | undefined
  /** As it was before this change. */
  beside: Beside | undefined
  besideRevision: string | undefined
  deleted: DeletedMetadata | undefined
  deletedRevision: string | undefined
  /** Whether what is beside has other revisions than these. */
  isStale: boolean
}

/** A metric as it will be. */
export interface Outcome {
  readonly known: Known
  /** False where nothing is to change, and only what was written beside it before is taken back. */
  readonly isChange: boolean
  /** Its document; null if it goes, undefined if it stays as it is. */
  readonly body: JsonObject | null | undefined
  readonly beside: Beside | undefined
  /** What it was, if it goes. */
  readonly deleted: DeletedMetadata | undefined
}

/** The layers of a document, with what others have said of {@link SHARED_KEYS} in it. */
export function currentLayers(document: JsonObject, beside: Beside | undefined): LayeredMetadata {
  if (!beside?.overlay) return layersOf(document, undefined)
  const overlay = { ...beside.overlay }
  const beneath = { ...beside.beneath }
  for (const key of SHARED_KEYS) {
    if (!Object.hasOwn(overlay, key) || stringifyJson([document[key]]) === stringifyJson([overlay[key]])) continue
    delete overlay[key]
    delete beneath[key]
  }
  return layersOf(document, { overlay, beneath })
}

/**
 * What a decision comes to, undefined for nothing.
 *
 * @param time of the change, ISO 8601
 * @param again whether what is beside the document was written already, for a decision that others were faster than
 * @throws {StorageError} `document-size`; what `decide` throws
 */
export function outcomeOf(
  known: Known,
  origin: MetadataOrigin,
  decide: MetadataDecision,
  time: string,
  again: boolean,
): Outcome | undefined {
  const { name, document, beside, deleted } = known
  const before = document?.body
  const current = before && currentLayers(before, beside)
  const restorable = () => (deleted && isRestorable(deleted, Date.parse(time)) ? deleted : undefined)
  const next = decide(name, current, restorable)
  const back = { known, isChange: false, body: undefined, deleted: undefined, beside: beside ?? { history: [] } }
  const unchanged = again ? back : undefined
  if (next === undefined || (next === null && !current)) return unchanged
  if (next === null) {
    const { author, by } = origin
    const gone = { time, author, ...(by !== undefined && { by }), ...current! }
    return { known, isChange: true, body: null, beside: noted(beside, before, undefined, origin, time), deleted: gone }
  }
  const { document: body, stored } = flatten(next)
  checkBody(name, body)
  const isWritten = !before || stringifyJson(body) !== stringifyJson(before)
  const isLayered = layersText(stored) !== layersText(before && layersBeside(beside))
  if (!isWritten && !isLayered && origin.action !== "restore") return unchanged
  const { history } = noted(beside, before, body, origin, time)
  const isNoted = history[0] !== beside?.history[0]
  const isStale = again || (!before && beside?.overlay !== undefined)
  return {
    ...{ known, isChange: true, body: isWritten ? body : undefined, deleted: undefined },
    beside: isLayered || isNoted || isStale ? { ...stored, history } : undefined,
  }
}

/** Without the change that an attempt has left which has to begin again. */
export function withoutChange({ history, ...layers }: Beside, time: string): Beside {
  return { ...layers, history: history[0]?.time === time ? history.slice(1) : history }
}

function layersBeside(beside: Beside | undefined): StoredLayers | undefined {
  return beside?.overlay && { overlay: beside.overlay, beneath: beside.beneath ?? {} }
}

function layersText(layers: StoredLayers | undefined): string {
  return layers ? stringifyJson([layers.overlay, layers.beneath]) : ""
}

function noted(
  beside: Beside | undefined,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  origin: MetadataOrigin,
  time: string,
): Beside {
  const change = metadataChange(before, after, origin, time)
  const history = beside?.history ?? []
  if (!change) return { ...beside, history }
  const kept: MetadataChange[] = [change]
  let left = MAX_HISTORY_CHARACTERS - stringifyJson(change).length
  for (const older of history) {
    left -= stringifyJson(older).length
    if (kept.length === HISTORY || left < 0) break
    kept.push(older)
  }
  return { ...beside, history: kept }
}
