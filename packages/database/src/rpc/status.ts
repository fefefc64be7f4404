import { type JsonObject, version } from "@metricq/client"
import type { Engine } from "../engine.js"

/** What a database says of itself. Counts are those since its start. */
export function statusOf(engine: Engine): JsonObject {
  const { client, store, jobs, registrar, plan, folder } = engine
  const { data, history } = client.stats
  const { trouble, ...figures } = store.figures()
  return {
    token: client.token,
    version,
    folder,
    since: client.startingTime.toIso(),
    metrics: store.metrics().length,
    unregistered: registrar.waiting,
    points: { ...engine.points, lost: data.setAside, malformedMessages: data.malformed },
    waiting: { messages: data.inWork, held: data.held },
    requests: { ...history, working: engine.reads.active, waiting: engine.reads.pending },
    store: { ...figures },
    jobs: jobs.list().filter(({ state }) => state === "running" || state === "waiting").length,
    trouble: [
      ...(engine.trouble === undefined ? [] : [engine.trouble]),
      ...trouble,
      ...(plan?.slowPatterns ?? []).map((pattern) => `the pattern ${pattern} takes too long, and matches nothing then`),
    ],
  }
}
