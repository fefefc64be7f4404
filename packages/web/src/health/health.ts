import type { AddressInfo } from "node:net"
import { ClientList } from "../network/client-list.js"
import type { WebContext, WebPart } from "../server/context.js"
import { countFindings } from "./counts.js"
import { HealthPublisher } from "./delivery/publisher.js"
import { Webhook } from "./delivery/webhook.js"
import { addHealthEndpoints } from "./endpoints.js"
import { HealthEngine } from "./engine.js"
import { severities } from "./finding.js"
import { defaultSettings } from "./settings.js"

/** `/api/v1/health`, and behind it what looks after the health of the network as long as the server runs. */
export const findings: WebPart = async (app, context) => {
  const { rpc, catalogue, audit, options, logger } = context
  const webhook = new Webhook({
    logger,
    page: () =>
      `${(options.publicUrl?.href ?? addressOf(app.server.address(), options.prefix)).replace(/\/$/, "")}/health`,
    open: () => countFindings(engine.list()),
  })
  const publisher = new HealthPublisher({
    ...{ rpc, logger, prefix: options.healthPrefix ?? "" },
    sourceOptions: { ...context.clientOptions, token: `source-${options.token}-health` },
    count: () => {
      const counts = countFindings(engine.list())
      return { severity: counts, kind: counts.kinds }
    },
  })
  const engine = new HealthEngine({
    ...{ rpc, catalogue, logger, folder: options.folder, clients: new ClientList(rpc) },
    settings: defaultSettings(options.healthPrefix !== undefined),
    onChange: (changes) => {
      webhook.add(changes)
      // Not before: a source can be made when the network is there.
      publisher.follow(engine.settings.publish)
    },
    onSettings: (settings) => {
      webhook.follow(settings.webhook)
      if (engine.status.timeMs !== undefined) publisher.follow(settings.publish)
    },
  })
  context.health = engine
  addFigures(context, engine, webhook)
  app.addHook("onReady", () => engine.start())
  app.addHook("preClose", async () => {
    await Promise.all([engine.stop(), webhook.stop(), publisher.stop()])
  })
  await app.register(
    async (scope) =>
      addHealthEndpoints(scope, {
        ...{ engine, webhook, audit, fixParts: { rpc, metricsOf: (finding) => engine.metricsOf(finding) } },
        onFixed: () =>
          void catalogue.refresh().then(
            () => engine.sweep(),
            () => {},
          ),
      }),
    { prefix: "/api/v1/health" },
  )
}

function addFigures({ figures }: WebContext, engine: HealthEngine, webhook: Webhook): void {
  figures.gauge("metricq_web_findings", "open findings by severity", () => {
    const counts = countFindings(engine.list())
    return new Map(severities.map((severity) => [`severity="${severity}"`, counts[severity]]))
  })
  figures.gauge("metricq_web_findings_of_kind", "open findings by kind", () => {
    const { kinds } = countFindings(engine.list())
    return new Map(Object.entries(kinds).map(([kind, count]) => [`kind="${kind}"`, count]))
  })
  figures.gauge("metricq_web_health_sweep_seconds", "how long the last look at everything took", () => {
    return engine.status.tookMs / 1000
  })
  figures.counter(
    "metricq_web_webhook_delivered_total",
    "messages that the webhook has taken",
    () => webhook.stats.delivered,
  )
  figures.counter(
    "metricq_web_webhook_failed_total",
    "messages that the webhook has not taken",
    () => webhook.stats.failed,
  )
}

function addressOf(address: AddressInfo | string | null, prefix: string): string {
  if (address === null || typeof address === "string") return prefix
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}${prefix}`
}
