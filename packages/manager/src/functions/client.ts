import { checkToken, type JsonObject } from "@metricq/client"
import { optionalSeconds } from "../arguments.js"
import type { FunctionGroup, Services } from "../services.js"

const DEFAULT_DISCOVER_S = 2
const MAX_DISCOVER_S = 30

/** Who is, or was, on the network; for administrators. */
export function clientFunctions(services: Services): FunctionGroup {
  return {
    "client.list": async (_, context) => {
      services.administrators.check(context)
      return list(services)
    },
    "client.discover": async (args, context) => {
      services.administrators.check(context)
      return discover(services, args)
    },
  }
}

async function list({ clients, documents }: Services): Promise<JsonObject> {
  const configured = new Set((await documents.configs()).map(({ token }) => token))
  return { clients: clients.list().map((client) => ({ ...client, config: configured.has(client.token) })) }
}

async function discover(services: Services, args: JsonObject): Promise<JsonObject> {
  const timeoutS = optionalSeconds(args, "timeout", MAX_DISCOVER_S) ?? DEFAULT_DISCOVER_S
  for await (const { token, response } of services.network.askEverybody(timeoutS)) {
    if (token === undefined || response.error !== undefined) continue
    try {
      checkToken(token)
    } catch (error) {
      services.logger.warn("an answer to discover from a client without a proper token", { reason: error })
      continue
    }
    services.clients.discovered(token, response)
  }
  return list(services)
}
