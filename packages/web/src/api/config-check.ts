import type { JsonObject } from "@metricq/client"
import { checkFormulas } from "../network/formula-document.js"
import { checkAgainstSchema } from "../network/schema-check.js"
import { WebError } from "../server/web-error.js"
import type { ApiContext } from "./endpoints.js"
import { type KindCheck, type KindDetails, noKinds } from "./kind-catalogue.js"
import { storedConfig } from "./stored-config.js"

/** What a check has found, and the kind it was made for; null where nothing is known of the client. */
export interface ConfigurationCheck extends KindCheck {
  readonly kind: string | null
  /** The kind is as the running agent describes it: no list has it. */
  readonly published: boolean
}

type CheckContext = Pick<ApiContext, "options" | "published">

/**
 * Check a document from the page, in which secrets may be hidden: it is checked with the stored ones, and no line shows one.
 * A mask that stands for no secret is an error of the document.
 */
export async function checkDocument(
  context: CheckContext & Pick<ApiContext, "rpc" | "secrets">,
  token: string,
  document: JsonObject,
): Promise<ConfigurationCheck> {
  const { secrets, rpc } = context
  if (!secrets.hasMasks(document)) return checkConfiguration(context, token, document)
  const stored = await storedConfig(rpc, token)
  let config: JsonObject
  try {
    config = secrets.unmask(document, stored?.config)
  } catch (error) {
    if (!(error instanceof WebError)) throw error
    const checked = await checkConfiguration(context, token, document)
    return { ...checked, errors: [`configuration: ${error.message}; ${error.remedy}`], warnings: [] }
  }
  const checked = await checkConfiguration(context, token, config)
  const hide = (line: string) => secrets.redact(line, config)
  return { ...checked, errors: checked.errors.map(hide), warnings: checked.warnings.map(hide) }
}

/** Check a configuration against its kind, or against the schema that its running agent publishes. */
async function checkConfiguration(
  { options: { kinds = noKinds }, published }: CheckContext,
  token: string,
  config: JsonObject,
): Promise<ConfigurationCheck> {
  const kind = kinds.kindOf(token, config)
  if (kind !== undefined) return { kind, published: false, ...(await kinds.check(token, config)) }
  const description = await published.of(token)
  if (description === undefined) {
    const { errors, warnings } = await kinds.check(token, config)
    return { kind: null, published: false, errors: [...errors, ...checkFormulas(config)], warnings }
  }
  const { _id, _rev, "x-metricq": _, ...own } = config
  return { kind: description.kind, published: true, errors: checkAgainstSchema(own, description.schema), warnings: [] }
}

/** The kind of a client: of those that are known, else as its running agent describes it; undefined if it does not. */
export async function kindOfClient(
  { options: { kinds = noKinds }, published }: CheckContext,
  token: string,
  config: JsonObject,
): Promise<(KindDetails & { readonly published?: true }) | undefined> {
  const known = kinds.kindOf(token, config)
  if (known !== undefined) return kinds.find(known)
  const description = await published.of(token)
  if (description === undefined) return undefined
  const { kind, title = "", schema, sample = {} } = description
  return { name: kind, summary: title, schema, sample, published: true }
}
