import { checkToken, type JsonObject, PeerAway, RPCError } from "@metricq/client"
import { optionalSeconds } from "../arguments.js"
import type { ClientRecord } from "../client-registry.js"
import type { FunctionGroup, Services } from "../services.js"
import { revisionInfo } from "./config.js"

const DEFAULT_DISCOVER_S = 2
const MAX_DISCOVER_S = 30
/** How long one that has not answered is asked again, by itself. */
const MAX_LOOK_S = 2
/** Clients without an answer that are looked for one by one after everybody was asked; the others wait for the next time. */
const MAX_LOOKED_FOR = 500

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

async function list({ clients, documents, labels }: Services): Promise<JsonObject> {
  const stored = new Map((await documents.configs()).map((config) => [config.token, config]))
  const entries = clients.list().map((client): JsonObject => {
    const config = stored.get(client.token)
    const configuration = { ...(config && { stored: revisionInfo(config) }), ...client.configuration }
    const isThere = Object.keys(configuration).length > 0
    return {
      ...client,
      config: config !== undefined,
      configuration: isThere ? configuration : undefined,
      labels: labels.get(client.token),
    }
  })
  return { clients: entries }
}

async function discover(services: Services, args: JsonObject): Promise<JsonObject> {
  const timeoutS = optionalSeconds(args, "timeout", MAX_DISCOVER_S) ?? DEFAULT_DISCOVER_S
  const answered = new Set<string>()
  for await (const { token, response } of services.network.askEverybody(timeoutS)) {
    if (token === undefined || response.error !== undefined) continue
    try {
      checkToken(token)
    } catch (error) {
      services.logger.warn("an answer to discover from a client without a proper token", { reason: error })
      continue
    }
    services.clients.discovered(token, response)
    answered.add(token)
  }
  await lookForTheSilent(services, answered, timeoutS)
  return list(services)
}

/** Who has not answered may be slow, or gone. The broker tells at once: the queue of a client goes with its connection. */
async function lookForTheSilent(
  { clients, network }: Services,
  answered: ReadonlySet<string>,
  timeoutS: number,
): Promise<void> {
  const maybeHere = ({ token, left, lastSeen }: ClientRecord) =>
    !answered.has(token) && (left === undefined || left < lastSeen)
  const silent = clients.list().filter(maybeHere)
  silent.sort((a, b) => (a.lastSeen > b.lastSeen ? -1 : 1))
  const looks = silent.slice(0, MAX_LOOKED_FOR).map(async ({ token }) => {
    try {
      clients.discovered(token, await network.ask(token, "discover", {}, Math.min(timeoutS, MAX_LOOK_S)))
    } catch (error) {
      if (error instanceof PeerAway) clients.gone(token)
      else if (error instanceof RPCError) clients.alive(token)
    }
  })
  await Promise.all(looks)
}
