import { checkToken, type JsonObject } from "@metricq/client"
import { storedConfig } from "../api/stored-config.js"
import { WebError } from "../server/web-error.js"
import { earlierConfigs } from "./backups.js"
import { conflict, existingConfig, writeConfig } from "./config-change.js"
import { BODY_BYTES, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Earlier versions in which secrets of an imported backup are looked for. */
const MOST_SEARCHED = 50

/** The whole configuration of a client, of any kind, as a document to edit. Secrets are hidden, and put back when it is stored. */
export const rawConfig: WizardRoutes = (app, context) => {
  const { secrets, rpc } = context

  app.get<{ Params: { token: string } }>(
    "/source/:token/raw_config",
    { schema: { summary: "The configuration of a client", tags } },
    async ({ params: { token } }) => {
      const { config, revision } = await existingConfig(context, token)
      return { config: { ...secrets.mask(withoutReserved(config)), _rev: revision } }
    },
  )

  app.post<{ Params: { token: string }; Body: JsonObject }>(
    "/source/:token/raw_config",
    {
      schema: { body: { type: "object" }, summary: "Store the configuration of a client", tags },
      bodyLimit: BODY_BYTES,
    },
    async (request) => {
      const { token } = request.params
      checkToken(token)
      const { _rev } = request.body
      const stored = await storedConfig(rpc, token)
      if (_rev !== stored?.revision) throw conflict(token)
      const config = await revealed(context, token, withoutReserved(request.body), stored?.config)
      await writeConfig(context, request, token, { config, revision: stored?.revision ?? null, before: stored?.config })
      return { status: "success" }
    },
  )
}

/** The document with its secrets, which may be those of a backup. */
async function revealed(
  context: WizardContext,
  token: string,
  document: JsonObject,
  stored: JsonObject | undefined,
): Promise<JsonObject> {
  const { secrets } = context
  try {
    return secrets.unmask(document, stored)
  } catch (error) {
    if (!(error instanceof WebError)) throw error
    return secrets.unmask(document, {
      stored: stored ?? {},
      earlier: await earlierConfigs(context, token, MOST_SEARCHED),
    })
  }
}

/** What CouchDB keeps in a document for itself. */
function withoutReserved(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith("_")))
}
