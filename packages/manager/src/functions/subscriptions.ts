import type { JsonObject } from "@metricq/client"
import { optionalInteger, optionalText } from "../arguments.js"
import type { KnownQueue } from "../queues/known-queue.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { seekQueues } from "./seek-queues.js"

const LIMIT = 100
const MAX_LIMIT = 100_000
/** Bytes of names in an answer; what does not fit is on the next page. */
const ANSWER_BYTES = 8 * 1024 * 1024
/** Queues are looked for again after so long, and for at most so long. */
const FRESH_MS = 5_000
const LOOK_MS = 1_000

/** Who is subscribed to what; for administrators. */
export function subscriptionFunctions(services: Services): FunctionGroup {
  return {
    "client.subscriptions": async (args, context) => {
      services.administrators.check(context)
      return subscriptions(services, args)
    },
  }
}

async function subscriptions(services: Services, args: JsonObject): Promise<JsonObject> {
  const metric = optionalText(args, "metric")
  const token = optionalText(args, "token")
  const queue = optionalText(args, "queue")
  const after = optionalText(args, "after")
  const limit = optionalInteger(args, "limit", 0, MAX_LIMIT) ?? LIMIT
  if (after !== undefined && queue === undefined) throw new RequestError('"after" goes with "queue"')
  await seekQueues(services, LOOK_MS)
  await services.queueWatch.refresh(FRESH_MS, LOOK_MS)
  const chosen = services.queues
    .list()
    .filter((known) => known.kind === "data" && known.count > 0)
    .filter((known) => (token ?? known.token) === known.token && (queue ?? known.queue) === known.queue)
  if (metric !== undefined) return { subscriptions: receivers(chosen, metric) }
  let left = ANSWER_BYTES
  const entries = chosen.map((known) => {
    const page = pageOf(known, { after, limit, bytes: left })
    left -= page.bytes
    const next = page.isLast ? {} : { next: page.keys.at(-1) ?? after ?? "" }
    return { ...known.summary(), keys: page.keys, ...next }
  })
  return { subscriptions: entries }
}

function receivers(queues: readonly KnownQueue[], metric: string): JsonObject[] {
  return queues.flatMap((known) => {
    const via = known.via(metric)
    return via === undefined ? [] : [{ ...known.summary(), via }]
  })
}

function pageOf(known: KnownQueue, { after = "", limit, bytes }: { after?: string; limit: number; bytes: number }) {
  const page: string[] = []
  if (limit === 0 || bytes <= 0) return { keys: page, bytes: 0, isLast: known.count === 0 }
  const sorted = [...known.keys()].filter((key) => key > after).sort()
  let used = 0
  for (const key of sorted) {
    used += Buffer.byteLength(key) + 3
    if (page.length === limit || used > bytes) return { keys: page, bytes: used, isLast: false }
    page.push(key)
  }
  return { keys: page, bytes: used, isLast: true }
}
