import { checkToken } from "@metricq/client"
import { consumedBy } from "./consumed.js"
import { MAX_METRICS, tags, type WizardRoutes } from "./wizard-context.js"

interface TokenParams {
  Params: { token: string }
}

/** The names of what a client sends and gets: exactly this one, not those whose names begin so. */
export const clientMetrics: WizardRoutes = (app, context) => {
  app.get<TokenParams>(
    "/client/:token/produced_metrics",
    { schema: { summary: "Metrics that a client declares", tags } },
    async ({ params: { token } }) => {
      checkToken(token)
      const own = context.catalogue.list().filter(({ metadata }) => metadata.source === token)
      return own.slice(0, MAX_METRICS).map(({ name }) => name)
    },
  )

  app.get<TokenParams>(
    "/client/:token/consumed_metrics",
    { schema: { summary: "Metrics that a client is subscribed to", tags } },
    async ({ params: { token } }) => {
      checkToken(token)
      return (await consumedBy(context, token)).map(({ name }) => name)
    },
  )
}
