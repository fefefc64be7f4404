import type { AddressInfo } from "node:net"
import { ClientList } from "../network/client-list.js"
import type { WebContext, WebPart } from "../server/context.js"
import { Assignees } from "./assignees.js"
import { addChannelEndpoints } from "./channels/channel-endpoints.js"
import { addChannelFigures } from "./channels/channel-figures.js"
import { readChannelFile } from "./channels/channel-file.js"
import { Channels } from "./channels/channels.js"
import { countFindings } from "./counts.js"
import { HealthPublisher } from "./delivery/publisher.js"
import { addHealthEndpoints } from "./endpoints.js"
import { HealthEngine } from "./engine.js"
import { addFeedEndpoint } from "./feed/feed-endpoint.js"
import { severities } from "./finding.js"
import { defaultSettings } from "./settings.js"

/** `/api/v1/health`, and behind it what looks after the health of the network as long as the server runs. */
export const findings: WebPart = async (app, context) => {
  const { rpc, catalogue, history, access, audit, options, logger, figures } = context
  const page = () =>
    `${(options.publicUrl?.href ?? addressOf(app.server.address(), options)).replace(/\/$/, "")}/health`
  const channels = new Channels({
    ...{ folder: options.folder, logger },
    fixed: options.healthChannels === undefined ? [] : await readChannelFile(options.healthChannels),
    news: {
      page,
      open: () => countFindings(engine.list()),
      findings: () => {
        const { timeMs, trouble } = engine.status
        return { findings: engine.list(), trouble: timeMs === undefined ? "nothing was looked at yet" : trouble }
      },
    },
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
    ...{ rpc, catalogue, history, logger, folder: options.folder, clients: new ClientList(rpc) },
    settings: defaultSettings(options.healthPrefix !== undefined),
    onChange: (changes) => {
      channels.add(changes)
      // Not before: a source can be made when the network is there.
      publisher.follow(engine.settings.publish)
    },
    onMark: () => channels.repeat(),
    onSettings: (settings) => {
      if (engine.status.timeMs !== undefined) publisher.follow(settings.publish)
    },
  })
  context.health = engine
  addFigures(context, engine)
  addChannelFigures(figures, channels)
  app.addHook("onReady", async () => {
    await channels.start()
    await engine.start()
  })
  app.addHook("preClose", async () => {
    await Promise.all([engine.stop(), publisher.stop()])
    await channels.stop()
  })
  const assignees = new Assignees(access, options.trustedHeader !== undefined)
  await app.register(
    async (scope) => {
      addHealthEndpoints(scope, {
        ...{ engine, audit, assignees },
        fixParts: {
          rpc,
          metricsOf: (finding) => engine.metricsOf(finding),
          seenRateHz: (metric) => engine.seenRateHz(metric),
          metadataOf: (metric) => catalogue.get(metric)?.metadata ?? {},
          settleUnit: (metrics, unit) => engine.settleUnit(metrics, unit),
          databases: () => engine.databases,
        },
        onFixed: () =>
          void catalogue.refresh().then(
            () => engine.sweep(),
            () => {},
          ),
      })
      addChannelEndpoints(scope, { channels, audit })
      addFeedEndpoint(scope, { engine, page })
    },
    { prefix: "/api/v1/health" },
  )
}

function addFigures({ figures }: WebContext, engine: HealthEngine): void {
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
}

/** Where the server listens; where it does not yet, where it will. */
function addressOf(address: AddressInfo | string | null, { prefix, host, port }: WebContext["options"]): string {
  if (address === null || typeof address === "string") return `http://${host}:${port}${prefix}`
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}${prefix}`
}
