import { RPCError } from "@metricq/client"
import type { Endpoints } from "./endpoints.js"
import { querySchema } from "./schemas.js"

const listSchema = querySchema({ token: { type: "string", minLength: 1, maxLength: 255 } })
const tags = ["network"]

/** `queues`: those that outlive their clients, what waits in them, and an end for those that nobody reads. */
export const queues: Endpoints = (app, { rpc, audit }) => {
  app.get<{ Querystring: { token?: string } }>(
    "/queues",
    { schema: { ...listSchema, summary: "Queues that outlive their clients, and how much waits in them", tags } },
    async ({ query: { token } }) => {
      try {
        const { queues } = await rpc.rpc("queue.list", {}, { repeatable: true, timeout: 10 })
        return { queues: queues.filter((queue) => token === undefined || queue.token === token) }
      } catch (error) {
        // Neither a manager that does not know of queues nor one that does not tell this server is a failure.
        if (error instanceof RPCError) return { queues: null, trouble: error.message }
        throw error
      }
    },
  )

  app.delete<{ Params: { queue: string } }>(
    "/queues/:queue",
    {
      schema: { summary: "Delete a queue that nobody reads, with all that is in it", tags },
      config: { needs: "administrator" },
    },
    async (request) => {
      const { queue } = request.params
      const answer = await rpc.rpc("queue.delete", { queue }, { timeout: 15 })
      audit.record(request, { action: "queue.delete", subject: queue, detail: { messages: answer.messages } })
      return answer
    },
  )
}
