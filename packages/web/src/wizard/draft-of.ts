import type { JsonObject } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import { existingConfig } from "./config-change.js"
import type { Draft, Drafts } from "./drafts.js"
import { isObject } from "./is-object.js"
import { knownForm } from "./known-form.js"
import type { SourceForm } from "./source-form.js"
import type { WizardContext } from "./wizard-context.js"

/** What a request about a source's forms works with. */
export interface OpenDraft {
  readonly key: string
  readonly draft: Draft
  readonly form: SourceForm
}

/**
 * Key of the draft that a request is about: its session, its source, and who asks.
 *
 * The session stands in the address; the page sends it in the body by mistake when it stores the global part.
 *
 * @throws {WebError} `session` (400) without one
 */
export function draftKey({ query, body, params, identity }: FastifyRequest): string {
  const { session } = query as { session?: unknown }
  const sent = isObject(body) ? (body.session ?? (isObject(body.params) ? body.params.session : undefined)) : undefined
  const found = session ?? sent
  if (typeof found !== "string" || found === "" || found.length > 100) {
    throw new WebError("session", "Missing session key", { remedy: "add ?session= and a text of your own" })
  }
  return JSON.stringify([identity.name, found, (params as { token: string }).token])
}

/** What a form has sent, without a session that stands beside it. */
export function sentForm({ query, body }: FastifyRequest): JsonObject {
  const sent = isObject(body) ? body : {}
  if ((query as { session?: unknown }).session !== undefined) return sent
  const { session: _, ...fields } = sent
  return fields
}

/**
 * The draft of a request, which begins as what is stored.
 *
 * @throws {WebError} `session`; `no-form` (404) if there are no forms for this source; `not-found` (404) without a configuration
 */
export async function openDraft(context: WizardContext, drafts: Drafts, request: FastifyRequest): Promise<OpenDraft> {
  const { token } = request.params as { token: string }
  const key = draftKey(request)
  const { config, revision } = await existingConfig(context, token)
  const form = await knownForm(context, token)
  if (form === undefined) {
    const remedy = "edit its configuration as text, or start the source if it publishes a schema"
    throw new WebError("no-form", `there are no forms for ${token}`, { status: 404, remedy })
  }
  const known = drafts.get(key)
  if (known !== undefined) return { key, draft: known, form }
  const draft = { config: context.secrets.mask(config), revision, begunMs: Date.now(), deselected: new Map() }
  drafts.set(key, draft)
  return { key, draft, form }
}
