import { DataError, type JsonObject, type JsonValue } from "@metricq/client"
import { jsonChanges, mergePatch } from "@metricq/protocol"
import type { FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import { checkDocument } from "./config-check.js"
import type { ApiContext } from "./endpoints.js"
import { checkRetention } from "./retention-guard.js"
import { storedConfig } from "./stored-config.js"

/** One place of a document that a patch changes; secrets are masks. A value that is too long is the begin of its JSON, and `cut`. */
export interface PlannedChange {
  readonly path: string
  readonly before?: JsonValue
  readonly after?: JsonValue
  readonly cut?: true
}

/** What a patch would make of the configuration of one client. */
export interface PatchPlan {
  readonly token: string
  /** The one that was looked at; null if nothing is stored, so that there is nothing to patch. */
  readonly revision: string | null
  readonly changes: readonly PlannedChange[]
  /** Places that are not named any more. */
  readonly more: number
  /** Whether it can be stored: there is no error. */
  readonly valid: boolean
  readonly problems: { readonly errors: readonly string[]; readonly warnings: readonly string[] }
}

/** A plan, and the document with its secrets; undefined where it cannot be stored. */
export interface PlannedPatch {
  readonly plan: PatchPlan
  readonly config: JsonObject | undefined
}

const MOST_CHANGES = 100
const LONGEST_VALUE = 1000

/**
 * What a merge patch from the page, in which secrets may be hidden, makes of the stored configuration of a client, and whether that is right for
 * its kind. Nothing is changed.
 */
export async function planPatch(
  context: ApiContext,
  { identity }: Pick<FastifyRequest, "identity">,
  token: string,
  patch: JsonObject,
): Promise<PlannedPatch> {
  const { rpc, secrets } = context
  const stored = await storedConfig(rpc, token)
  if (stored === undefined) {
    const problems = { errors: [`configuration: nothing is stored for ${token}`], warnings: [] }
    return { plan: { token, revision: null, changes: [], more: 0, valid: false, problems }, config: undefined }
  }
  const before = secrets.mask(stored.config)
  const document = mergePatch(before, patch)
  const { errors, warnings } = await checkDocument(context, token, document)
  const common = { token, revision: stored.revision }
  let config: JsonObject
  try {
    config = secrets.unmask(document, stored.config)
    checkRetention(identity, token, { before: stored.config, after: config })
  } catch (error) {
    if (!(error instanceof WebError || error instanceof DataError)) throw error
    const text = `configuration: ${error.message}`
    const problems = { errors: errors.length > 0 ? errors : [text], warnings }
    return { plan: { ...common, ...shown(before, document), valid: false, problems }, config: undefined }
  }
  const valid = errors.length === 0
  const plan = { ...common, ...shown(before, secrets.mask(config)), valid, problems: { errors, warnings } }
  return { plan, config: valid ? config : undefined }
}

function shown(before: JsonObject, after: JsonObject): Pick<PatchPlan, "changes" | "more"> {
  const changes = jsonChanges(before, after)
  return { changes: changes.slice(0, MOST_CHANGES).map(cut), more: Math.max(0, changes.length - MOST_CHANGES) }
}

function cut({ path, ...values }: PlannedChange): PlannedChange {
  const texts = Object.entries(values).map(([key, value]) => [key, value, JSON.stringify(value)] as const)
  if (texts.every(([, , text]) => text.length <= LONGEST_VALUE)) return { path, ...values }
  const short = texts.map(([key, value, text]) => [
    key,
    text.length > LONGEST_VALUE ? text.slice(0, LONGEST_VALUE) : value,
  ])
  return { path, ...Object.fromEntries(short), cut: true }
}
