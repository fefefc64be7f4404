import { checkToken, type JsonObject } from "@metricq/client"
import { behalf } from "../api/configs.js"
import { storedConfig } from "../api/stored-config.js"
import type { SeenClient } from "../network/client-list.js"
import { WebError } from "../server/web-error.js"
import { applyConfig } from "./apply-config.js"
import { conflict, writeConfig } from "./config-change.js"
import { ask, tags, type WizardRoutes } from "./wizard-context.js"

interface TokenParams {
  Params: { token: string }
}

/** Clients with their configurations, whether they run, and who depends on whom. */
export const clients: WizardRoutes = (app, context) => {
  const { rpc, clientList, watch, audit } = context

  app.get("/clients", { schema: { summary: "Clients that have a configuration", tags } }, async () => {
    const { configs } = await rpc.rpc("config.list", {}, ask)
    return configs.map(({ token }) => ({ id: token, hasConfiguration: true }))
  })

  app.get("/clients/active", { schema: { summary: "Clients that have told of themselves", tags } }, async () =>
    (await clientList.list()).filter(isListed).map(active),
  )

  app.get("/clients/dependencies", { schema: { summary: "How many metrics go from whom to whom", tags } }, async () =>
    (await watch.picture()).edges.filter(({ from }) => from !== "").map(({ from, to, metrics }) => [from, to, metrics]),
  )

  app.post(
    "/discover",
    { schema: { summary: "Ask everybody who they are", tags }, config: { needs: "viewer" } },
    async (_request, reply) => {
      clientList.list().catch(() => {}) // whoever reads the list next is told
      return reply.code(202).send({ ok: "Processing update asynchronously." })
    },
  )

  app.put<TokenParams>(
    "/client/:token",
    { schema: { summary: "Make an empty configuration", tags } },
    async (request) => {
      const { token } = request.params
      checkToken(token)
      if ((await storedConfig(rpc, token)) !== undefined) throw conflict(token)
      await writeConfig(context, request, token, { config: {}, revision: null, before: undefined })
      return { status: "success" }
    },
  )

  app.delete<TokenParams>(
    "/client/:token",
    { schema: { summary: "Delete the configuration of a client", tags }, config: { needs: "administrator" } },
    async (request) => {
      const { token } = request.params
      checkToken(token)
      if ((await storedConfig(rpc, token)) === undefined) throw await nothingToDelete(clientList.list(), token)
      await rpc.rpc("config.delete", { token, ...behalf(request) }, { timeout: 15 })
      audit.record(request, { action: "config.delete", subject: token })
      clientList.outdate()
      return { status: "success" }
    },
  )

  for (const path of ["/client/:token", "/source/:token", "/database/:token"]) {
    app.post<TokenParams>(
      `${path}/reconfigure`,
      { schema: { summary: "Send a client its configuration", tags } },
      async (request) => applyConfig(context, request, request.params.token),
    )
  }
}

/** Who has gone and has no configuration will not come back under this token. */
function isListed({ discover, state, config }: SeenClient): boolean {
  return discover !== undefined && (state !== "gone" || config)
}

/** A client as it has told of itself; only texts and a number, as those who read it expect. */
function active({ token, discover = {}, lastSeen, state }: SeenClient): JsonObject {
  const { currentTime, startingTime, uptime, hostname, version, metricqVersion, ...others } = discover
  return {
    ...others,
    ...{ id: token, state, discoverTime: lastSeen },
    ...{ hostname: textOf(hostname), version: textOf(version), metricqVersion: textOf(metricqVersion) },
    ...{ currentTime: textOf(currentTime), startingTime: textOf(startingTime) },
    uptime: typeof uptime === "number" ? uptime : null,
  }
}

async function nothingToDelete(list: Promise<SeenClient[]>, token: string): Promise<WebError> {
  if ((await list).some((client) => client.token === token && client.state !== "gone")) {
    const text = `${token} has no configuration, and is listed as long as it is connected`
    return new WebError("no-configuration", text, { status: 409 })
  }
  return new WebError("not-found", `there is no client ${JSON.stringify(token)}`, { status: 404 })
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null
}
