import type { FastifyInstance, FastifyRequest } from "fastify"
import { checkDocument } from "../api/config-check.js"
import { previewConfiguration } from "../api/config-preview.js"
import { WebError } from "../server/web-error.js"
import { applyConfig } from "./apply-config.js"
import { conflict, existingConfig, writeConfig } from "./config-change.js"
import { draftKey, openDraft, sentForm } from "./draft-of.js"
import type { Drafts } from "./drafts.js"
import { BODY_BYTES, tags, type WizardContext } from "./wizard-context.js"

interface SourceParams {
  Params: { token: string }
}

const bodyLimit = BODY_BYTES

/** The global part of a source's configuration, and what becomes of the draft that its forms have changed. */
export function sourceSession(app: FastifyInstance, context: WizardContext, drafts: Drafts): void {
  globalPart(app, context, drafts)
  const path = "/source/:token"
  app.get<SourceParams>(`${path}/session`, { schema: { summary: "The state of a draft", tags } }, async (request) => {
    const key = draftKey(request)
    const { revision } = await existingConfig(context, request.params.token)
    const draft = drafts.get(key)
    const begun = new Date(draft?.begunMs ?? Date.now()).toISOString()
    return {
      ...{ valid: draft === undefined || draft.revision === revision, creation_time: begun },
      ...(draft === undefined ? {} : { plugin_creation_time: begun }),
    }
  })
  app.post<SourceParams>(`${path}/session/reset`, { schema: { summary: "Give up a draft", tags } }, async (request) => {
    drafts.delete(draftKey(request))
    return { status: "success" }
  })
  app.post<SourceParams>(`${path}/save`, { schema: { summary: "Store a draft", tags } }, async (request) => ({
    status: "success",
    metrics: await saveDraft(context, drafts, request),
  }))
  app.post<SourceParams>(
    `${path}/save_reconfigure`,
    { schema: { summary: "Store a draft, and send it to the source", tags } },
    async (request) => {
      const metrics = await saveDraft(context, drafts, request)
      return { ...(await applyConfig(context, request, request.params.token)), metrics }
    },
  )
}

function globalPart(app: FastifyInstance, context: WizardContext, drafts: Drafts): void {
  const path = "/source/:token"
  app.get<SourceParams>(
    `${path}/input_form`,
    { schema: { summary: "The form for what is not in config items", tags } },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      return form.globalForm(draft.config)
    },
  )
  app.get<SourceParams>(path, { schema: { summary: "What that form holds", tags } }, async (request) => {
    const { draft, form } = await openDraft(context, drafts, request)
    return form.globalValues(draft.config)
  })
  app.post<SourceParams>(
    path,
    { schema: { body: { type: "object" }, summary: "Change what is not in config items", tags }, bodyLimit },
    async (request) => {
      const { draft, form } = await openDraft(context, drafts, request)
      draft.config = form.withGlobal(draft.config, sentForm(request))
      return form.globalValues(draft.config)
    },
  )
}

/**
 * Store a draft, which ends with it; the metrics that come with it.
 *
 * @throws {WebError} `conflict` (409) if another configuration is stored meanwhile; `configuration` (400) if the source could not take it
 */
async function saveDraft(context: WizardContext, drafts: Drafts, request: FastifyRequest): Promise<readonly string[]> {
  const { token } = request.params as { token: string }
  const { key, draft } = await openDraft(context, drafts, request)
  const { config: before, revision } = await existingConfig(context, token)
  if (draft.revision !== revision) throw conflict(token)
  const { valid, problems, appear = [] } = await previewConfiguration(context, token, draft.config)
  if (!valid) {
    // What was wrong before is not the fault of whoever has changed something else.
    const known = new Set((await checkDocument(context, token, context.secrets.mask(before))).errors)
    const errors = problems.errors.filter((line) => !known.has(line))
    if (errors.length > 0)
      throw new WebError("configuration", errors.join("; "), { remedy: "correct it, and save again" })
  }
  const config = context.secrets.unmask(draft.config, before)
  await writeConfig(context, request, token, { config, revision, before })
  drafts.delete(key)
  return appear
}
