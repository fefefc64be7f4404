import type { FastifyInstance } from "fastify"
import { ClientList } from "../network/client-list.js"
import { ConfigBook } from "../network/config-book.js"
import { DatabaseStatus } from "../network/database-status.js"
import { NetworkWatch } from "../network/network-watch.js"
import { PublishedKinds } from "../network/published-kinds.js"
import { Secrets } from "../network/secrets.js"
import { TransformerBook } from "../network/transformer-book.js"
import type { WebPart } from "../server/context.js"
import { errorAnswer, errorBody } from "../server/error-answer.js"
import { Gate } from "../server/gate.js"
import { WebError } from "../server/web-error.js"
import { backups } from "./backups.js"
import { clientMetrics } from "./client-metrics.js"
import { clients } from "./clients.js"
import { combinedMetrics } from "./combined-metrics.js"
import { explorer } from "./explorer.js"
import { issues } from "./issues.js"
import { lists } from "./lists.js"
import { metricChanges } from "./metric-changes.js"
import { metricList } from "./metric-list.js"
import { rawConfig } from "./raw-config.js"
import { sourceDrafts } from "./source-drafts.js"
import { storage } from "./storage.js"
import type { WizardContext, WizardRoutes } from "./wizard-context.js"

const groups: readonly WizardRoutes[] = [
  ...[clients, clientMetrics, lists, backups, rawConfig, sourceDrafts],
  ...[combinedMetrics, metricList, metricChanges, storage, issues, explorer],
]

/**
 * `/api/…`: the HTTP API of metricq-wizard-backend, for the wizard's own page and for scripts. It shares `/api` with API v1 and its description,
 * whose addresses begin with `/api/v1` and `/api/docs`.
 */
export const wizard: WebPart = async (app, context) => {
  const { health, rpc, catalogue, options } = context
  if (health === undefined) throw new Error("the wizard's API comes after what looks after health")
  const clientList = new ClientList(rpc)
  const shared: WizardContext = {
    ...{ ...context, clientList, engine: health, gate: new Gate(64, 1000), secrets: new Secrets() },
    ...{ configBook: new ConfigBook(rpc), published: new PublishedKinds(rpc), transformers: new TransformerBook(rpc) },
    watch: new NetworkWatch({ rpc, catalogue, clientList, databases: new DatabaseStatus(rpc), web: options.token }),
  }
  await app.register(
    async (scope) => {
      readBodiesAsJson(scope)
      answerErrors(scope, shared)
      for (const group of groups) group(scope, shared)
    },
    { prefix: "/api" },
  )
}

/** Scripts send JSON under whatever content type their tool chooses, and some send none at all. */
function readBodiesAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    if (body === "") return done(null, null)
    try {
      done(null, JSON.parse(String(body)))
    } catch (error) {
      done(new WebError("request", `the body is no JSON: ${(error as Error).message}`))
    }
  })
}

/** Its page has no login of its own: a browser asks for name and API token where nobody has logged in here. */
const challenge = 'Basic realm="MetricQ: your name, and an API token as password", charset="UTF-8"'

/** The keys that its programs look at, and beside them those of our own API. */
function answerErrors(app: FastifyInstance, { logger }: WizardContext): void {
  app.setErrorHandler(async (error, request, reply) => {
    const answer = errorAnswer(error)
    if (answer.status >= 500) logger.warn(`${request.method} ${request.url.split("?")[0]} failed`, { error })
    if (answer.status === 401) reply.header("www-authenticate", challenge)
    return reply.code(answer.status).send({ status: "error", message: answer.message, ...errorBody(answer) })
  })
}
