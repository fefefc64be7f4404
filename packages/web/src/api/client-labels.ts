import type { LabelChange } from "@metricq/protocol"
import type { Endpoints } from "./endpoints.js"
import { bodySchema } from "./schemas.js"

const MAX_CLIENTS = 1000
/** Not one of several types, of which an empty text would become null. */
const label = { type: "string", nullable: true, maxLength: 63 }
const labelsSchema = bodySchema(
  {
    labels: {
      ...{ type: "object", minProperties: 1, maxProperties: MAX_CLIENTS },
      additionalProperties: { type: "object", maxProperties: 100, additionalProperties: label },
    },
  },
  ["labels"],
)
const schema = { ...labelsSchema, summary: "Put labels on clients, and take them away", tags: ["network"] }

/** `clients`: the labels that people put on them. */
export const clientLabels: Endpoints = (app, { rpc, audit, clientList }) => {
  app.patch<{ Body: { labels: Record<string, LabelChange> } }>("/clients", { schema }, async (request) => {
    const { labels } = request.body
    const answer = await rpc.rpc("client.label", { labels }, { timeout: 15 })
    const tokens = Object.keys(labels)
    const subject = tokens.length === 1 ? tokens[0]! : `${tokens.length} clients`
    audit.record(request, { action: "client.label", subject, detail: { labels } })
    clientList.outdate()
    return answer
  })
}
