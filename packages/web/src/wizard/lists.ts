import { mapBounded } from "../network/bounded.js"
import { knownForm } from "./known-form.js"
import { ask, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Sources that are asked for their schema at a time. */
const AT_ONCE = 32

/** The sources, transformers and databases that have a configuration. */
export const lists: WizardRoutes = (app, context) => {
  app.get("/sources", { schema: { summary: "Sources, and whether there are forms for them", tags } }, async () =>
    mapBounded(await configured(context, "source-"), AT_ONCE, async (token) => {
      const form = await knownForm(context, token)
      return { id: token, configurable: form?.items !== undefined, type: form?.kind ?? null }
    }),
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
