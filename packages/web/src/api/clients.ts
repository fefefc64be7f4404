import { ClientList } from "../network/client-list.js"
import type { Endpoints } from "./api.js"

/** `clients`: who takes part in the network. */
export const clients: Endpoints = (app, { rpc, catalogue }) => {
  const list = new ClientList(rpc)
  app.get("/clients", async () => {
    const produced = new Map(catalogue.facets().source.map(({ value, count }) => [value, count]))
    const seen = await list.list()
    return { clients: seen.map((client) => ({ ...client, metrics: produced.get(client.token) ?? 0 })) }
  })
}
