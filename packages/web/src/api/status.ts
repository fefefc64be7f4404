import { type JsonObject, maskUrl, version } from "@metricq/client"
import { DatabaseStatus } from "../network/database-status.js"
import type { Endpoints } from "./endpoints.js"

/** `status`: the network at a glance. */
export const status: Endpoints = (app, { rpc, catalogue, clientList, options }) => {
  const databases = new DatabaseStatus(rpc)

  app.get("/status", async () => {
    const connected = catalogue.trouble === undefined
    const network = { url: maskUrl(options.url), connected, ...(connected ? {} : { trouble: catalogue.trouble }) }
    const common = { network, metrics: catalogue.size, version }
    if (!connected) return { ...common, clients: null, pointsPerSecond: null, database: [] }
    const seen = await clientList.list().catch(() => undefined)
    const up = (seen ?? []).filter(({ state }) => state === "up").map(({ token }) => token)
    // Databases measure themselves, so they are known even to who may not ask for clients.
    const declaring = catalogue.facets().source.map(({ value }) => value)
    const tokens = new Set([...up, ...declaring].filter((token) => token.startsWith("db-")))
    const database: JsonObject[] = await databases.read([...tokens])
    return {
      ...common,
      clients: seen === undefined ? null : up.length,
      pointsPerSecond: databases.pointsPerSecond,
      database,
    }
  })
}
