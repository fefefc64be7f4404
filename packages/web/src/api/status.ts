import { type JsonObject, maskUrl, version } from "@metricq/client"
import { DatabaseStatus } from "../network/database-status.js"
import type { Endpoints } from "./api.js"

/** `status`: the network at a glance. */
export const status: Endpoints = (app, { rpc, catalogue, clientList, options }) => {
  const databases = new DatabaseStatus(rpc)

  app.get("/status", async () => {
    const connected = catalogue.trouble === undefined
    const network = { url: maskUrl(options.url), connected, ...(connected ? {} : { trouble: catalogue.trouble }) }
    const common = { network, metrics: catalogue.size, version }
    if (!connected) return { ...common, clients: null, pointsPerSecond: null, database: [] }
    const seen = await clientList.list().catch(() => undefined)
    const tokens = (seen ?? []).filter(({ token, state }) => token.startsWith("db-") && state === "up")
    const database: JsonObject[] = await databases.read(tokens.map(({ token }) => token))
    return {
      ...common,
      clients: seen === undefined ? null : seen.filter(({ state }) => state === "up").length,
      pointsPerSecond: databases.pointsPerSecond,
      database,
    }
  })
}
