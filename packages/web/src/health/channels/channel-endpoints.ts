import type { FastifyInstance } from "fastify"
import type { Audit } from "../../access/audit.js"
import { includesRole } from "../../access/role.js"
import type { Channels } from "./channels.js"
import { noSuchChannel } from "./channels.js"
import type { Delivery } from "./delivery.js"

/** What the endpoints work with. */
export interface ChannelEndpointParts {
  readonly channels: Channels
  readonly audit: Audit
}

const tags = ["health"]
interface Named {
  readonly Params: { readonly name: string }
}

/** `health/channels`: where findings are sent. */
export function addChannelEndpoints(app: FastifyInstance, { channels, audit }: ChannelEndpointParts): void {
  const administrator = { needs: "administrator" } as const
  app.get("/channels", { schema: { tags, summary: "Where findings are sent, and how that goes" } }, async (request) => {
    const withTargets = includesRole(request.identity.role, "administrator")
    return { channels: channels.list().map((each) => channelAnswer(channels, each, withTargets)) }
  })
  app.put<Named & { Body: Record<string, unknown> }>(
    "/channels/:name",
    { schema: { body: { type: "object" }, tags, summary: "Make a channel, or change one" }, config: administrator },
    async (request) => {
      const delivery = await channels.set({ ...request.body, name: request.params.name })
      const { name, type, on, minimum } = delivery.settings
      audit.record(request, { action: "health.channel.set", subject: name, detail: { type, on, minimum } })
      return channelAnswer(channels, delivery, true)
    },
  )
  app.delete<Named>(
    "/channels/:name",
    { schema: { tags, summary: "Send nothing there any more" }, config: administrator },
    async (request) => {
      const { name } = request.params
      await channels.remove(name)
      audit.record(request, { action: "health.channel.delete", subject: name })
      return {}
    },
  )
  app.post<Named>(
    "/channels/:name/test",
    { schema: { tags, summary: "Send a test message, and wait for the answer" }, config: { needs: "operator" } },
    async (request) => {
      const { name } = request.params
      const delivery = channels.get(name)
      if (delivery === undefined) throw noSuchChannel(name)
      const { delivered, answer } = await delivery.test()
      audit.record(request, { action: "health.channel.test", subject: name, detail: { delivered } })
      return { delivered, answer }
    },
  )
}

/** Where a message goes is for administrators: the address of a webhook is often its only secret. What a receiver has said may name it. */
function channelAnswer(channels: Channels, { settings, state, stats, waiting: { counts } }: Delivery, whole: boolean) {
  const { target, ...shown } = channels.masked(settings)
  const { lastSuccess, lastError } = state
  return {
    ...shown,
    ...(whole ? { target } : {}),
    fixed: channels.isFixed(settings.name),
    state: {
      lastSuccess: lastSuccess ? { time: lastSuccess.time, ...(whole ? { answer: lastSuccess.answer } : {}) } : null,
      lastError: lastError ? { time: lastError.time, ...(whole ? { text: lastError.text } : {}) } : null,
      waiting: counts.opened + counts.resolved,
      ...stats,
    },
  }
}
