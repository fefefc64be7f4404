import type { Endpoints } from "./endpoints.js"

/** `clients`: who takes part in the network. */
export const clients: Endpoints = (app, { clientList, catalogue }) => {
  app.get("/clients", async () => {
    const produced = new Map(catalogue.facets().source.map(({ value, count }) => [value, count]))
    const seen = await clientList.list()
    return { clients: seen.map((client) => ({ ...client, metrics: produced.get(client.token) ?? 0 })) }
  })
}
