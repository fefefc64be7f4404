import type { JsonObject } from "@metricq/client"
import { kindOfClient } from "../api/config-check.js"
import { mapBounded } from "../network/bounded.js"
import { SourceForm } from "./source-form.js"
import { ask, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Sources that are asked for their schema at a time. */
const AT_ONCE = 32

/** The sources, transformers and databases that have a configuration. */
export const lists: WizardRoutes = (app, context) => {
  app.get("/sources", { schema: { summary: "Sources, and whether there are forms for them", tags } }, async () =>
    sources(context),
  )

  app.get("/transformers", { schema: { summary: "Transformers", tags } }, async () =>
    (await configured(context, "transformer-")).map((token) => ({
      id: token,
      isCombinator: token.includes("combinator"),
    })),
  )

  app.get("/databases", { schema: { summary: "Databases", tags } }, async () =>
    (await configured(context, "db-")).map((token) => ({ id: token })),
  )
}

async function configured({ rpc }: WizardContext, prefix: string): Promise<string[]> {
  const { configs } = await rpc.rpc("config.list", {}, ask)
  return configs.map(({ token }) => token).filter((token) => token.startsWith(prefix))
}

/** The page asks for this at almost every step: configurations are read once, and each kind is looked up once. */
async function sources(context: WizardContext) {
  const tokens = await configured(context, "source-")
  const configs = new Map<string, JsonObject>()
  await context.configBook.each((token, config) => configs.set(token, config))
  const known = new Map<string, Promise<boolean>>()
  return mapBounded(tokens, AT_ONCE, async (token) => {
    const config = configs.get(token) ?? {}
    const kind = context.options.kinds?.kindOf(token, config)
    if (kind === undefined) return described(context, token, config)
    if (!known.has(kind))
      known.set(
        kind,
        described(context, token, config).then(({ configurable }) => configurable),
      )
    return { id: token, configurable: await known.get(kind)!, type: kind }
  })
}

async function described(context: WizardContext, token: string, config: JsonObject) {
  const kind = await kindOfClient(context, token, config)
  const form = kind && new SourceForm(kind)
  return { id: token, configurable: form?.items !== undefined, type: form?.kind ?? null }
}
