import { checkToken, type JsonObject } from "@metricq/client"
import { type ConfigEffect, type Declared, declaredBy, effectOf } from "../network/config-effect.js"
import { checkDocument } from "./config-check.js"
import type { ApiContext } from "./endpoints.js"
import { noKinds } from "./kind-catalogue.js"
import { storedConfig } from "./stored-config.js"

/** What would happen if a configuration were stored and applied. */
export interface ConfigPreview extends Partial<ConfigEffect> {
  /** False if the check has errors, or the agent objects. */
  readonly valid: boolean
  readonly problems: { readonly errors: readonly string[]; readonly warnings: readonly string[] }
  /** Who has told which metrics there would be: the kind, the formulas of the document, or the running agent; null if nobody can. */
  readonly by: "kind" | "formulas" | "agent" | null
  /** Why nobody can tell. */
  readonly unknown?: "invalid" | "no-preview" | "not-connected" | "no-answer"
}

/**
 * Check a document from the page, in which secrets may be hidden, and compare what it would declare with what is declared now. Nothing is
 * changed.
 */
export async function previewConfiguration(
  context: ApiContext,
  token: string,
  document: JsonObject,
): Promise<ConfigPreview> {
  checkToken(token)
  const { errors, warnings } = await checkDocument(context, token, document)
  if (errors.length > 0) return { valid: false, problems: { errors, warnings }, by: null, unknown: "invalid" }
  const stored = await storedConfig(context.rpc, token)
  const config = context.secrets.unmask(document, stored?.config)
  const next = await declared(context, token, config)
  if ("objection" in next) {
    const objection = `configuration: ${context.secrets.redact(next.objection, config)}`
    return { valid: false, problems: { errors: [objection], warnings }, by: null, unknown: "invalid" }
  }
  const problems = { errors, warnings }
  if ("unknown" in next) return { valid: true, problems, by: null, unknown: next.unknown }
  const before = stored === undefined ? undefined : await declared(context, token, stored.config)
  const known = before !== undefined && "metrics" in before ? before.metrics : undefined
  await context.catalogue.learn(Object.keys({ ...known, ...next.metrics }))
  return { valid: true, problems, by: next.by, ...effectOf(context.catalogue, token, next.metrics, known) }
}

/** What a client would declare with a configuration. */
export async function declared(
  { rpc, published, options }: ApiContext,
  token: string,
  config: JsonObject,
): Promise<Declared> {
  const { kinds = noKinds } = options
  const isOurs = (await published.of(token)) !== undefined
  return declaredBy(rpc, { token, config, isOurs }, async () => kinds.declared?.(token, config))
}
