import type { JsonObject } from "@metricq/client"
import { AnswerBudget } from "../answer-budget.js"
import type { ConfigVersion, StoredDocument } from "../documents/store.js"
import { RequestError } from "../request-error.js"
import type { Services } from "../services.js"

/** A metadata document as clients get it: with `_id` and `_rev`, as CouchDB has them. */
export function metadataDocument({ id, revision, body }: StoredDocument): JsonObject {
  return { ...body, _id: id, _rev: revision }
}

/** A configuration as clients get it. */
export function configDocument({ token, revision, config }: ConfigVersion): JsonObject {
  return { ...config, _id: token, _rev: revision }
}

/** {@link configDocument} for a client that registers; it is remembered that it has got it. */
export function handedOut({ clients }: Services, config: ConfigVersion): JsonObject {
  clients.configurationSent(config.token, config.revision, "register")
  return configDocument(config)
}

/** The configuration of a client that cannot do without. @throws {RequestError} in the words that clients know */
export async function requiredConfig({ documents }: Services, token: string): Promise<ConfigVersion> {
  const config = await documents.config(token)
  if (!config) throw new RequestError(`'Document ${token} was not found'`)
  return config
}

/** What an entry without a document, and the punctuation of one with it, adds to an answer. */
const ENTRY_BYTES = 80

/**
 * Metadata by name, `null` where there is none.
 * @throws {RequestError} with `remedy` if it is too much for an answer
 */
export async function metadataByName(
  { documents }: Services,
  names: readonly string[],
  remedy: string,
): Promise<JsonObject> {
  const budget = new AnswerBudget(remedy)
  const unique = [...new Set(names)]
  for (const name of unique) budget.addName(name)
  const found = await documents.getMany("metadata", unique)
  for (const document of found) if (document) budget.add(document.sizeBytes + ENTRY_BYTES)
  return Object.fromEntries(unique.map((name, i) => [name, found[i] ? metadataDocument(found[i]) : null]))
}
