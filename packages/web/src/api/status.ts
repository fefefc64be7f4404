import { type JsonObject, maskUrl, version } from "@metricq/client"
import { DatabaseStatus } from "../network/database-status.js"
import { knownDatabases } from "../network/database-tokens.js"
import type { Endpoints } from "./endpoints.js"

/** `status`: the network at a glance. */
export const status: Endpoints = (app, { rpc, catalogue, clientList, options }) => {
  const databases = new DatabaseStatus(rpc)

  app.get("/status", async () => {
    const connected = catalogue.trouble === undefined
    const network = { url: maskUrl(options.url), connected, ...(connected ? {} : { trouble: catalogue.trouble }) }
    const common = { network, metrics: catalogue.size, version }
    if (!connected) return { ...common, clients: null, pointsPerSecond: null, database: [] }
    const { tokens, clients } = await knownDatabases(clientList, catalogue)
    const database: JsonObject[] = await databases.read(tokens)
    return {
      ...common,
      clients: clients === undefined ? null : clients.filter(({ state }) => state === "up").length,
      pointsPerSecond: databases.pointsPerSecond,
      database,
    }
  })
}
