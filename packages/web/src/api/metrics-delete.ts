import { type DeletedMetric, globToRegExp } from "@metricq/protocol"
import type { FastifyRequest } from "fastify"
import { includesRole } from "../access/role.js"
import { mapBounded } from "../network/bounded.js"
import { type DeletedPoints, deletePoints } from "../network/delete-points.js"
import { storesMetric } from "../network/stores.js"
import { WebError } from "../server/web-error.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkOneOf, namesOf, subjectOf, TARGETS_BYTES, type Targets, targetProperties } from "./metric-targets.js"

import { bodySchema, querySchema } from "./schemas.js"

/** Metrics whose points are deleted with one request. */
const MAX_WITH_DATA = 1000
/** Metrics in one request to the manager. */
const PART = 5_000
const reading = { repeatable: true, timeout: 15 }
const writing = { timeout: 30 }
const tags = ["metrics"]

interface DeletedQuery {
  readonly search?: string
  readonly after?: string
  readonly limit: number
}

const deleteSchema = bodySchema({ ...targetProperties, data: { type: "boolean", default: false } })
const search = { type: "string", maxLength: 500 } as const
const restoreSchema = bodySchema({
  metrics: targetProperties.metrics,
  select: { type: "object", properties: { search }, additionalProperties: false },
})
const deletedSchema = querySchema({
  search,
  after: { type: "string", maxLength: 255 },
  limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
})

/** `metrics`: their deletion, with their points if that is wished, and its undoing. */
export const metricsDelete: Endpoints = (app, context) => {
  app.post<{ Body: Targets & { data: boolean } }>(
    "/metrics/delete",
    {
      schema: { ...deleteSchema, summary: "Delete metrics, with their points or without", tags },
      bodyLimit: TARGETS_BYTES,
    },
    async (request) => {
      const { data } = request.body
      if (data) checkAdministrator(request)
      const names = await namesOf(context, request.body)
      const databases = data ? await deleteData(context, names) : []
      const hasFailed = databases.some((database) => "failed" in database)
      const deleted = hasFailed ? 0 : await deleteMetadata(context, request, names)
      const subject = subjectOf(names, names[0])
      const done = { deleted, ...(data && { databases }) }
      context.audit.record(request, { action: data ? "metrics.delete-data" : "metadata.delete", subject, detail: done })
      return { deleted, metrics: hasFailed ? [] : names, databases }
    },
  )

  app.post<{ Body: { metrics?: string[]; select?: { search?: string } } }>(
    "/metrics/restore",
    { schema: { ...restoreSchema, summary: "Undo the deletion of metrics", tags }, bodyLimit: TARGETS_BYTES },
    async (request) => {
      const { metrics, select } = request.body
      checkOneOf(metrics, select)
      const names = metrics ?? (await deletedNames(context, select?.search))
      const restored = await restore(context, request, names)
      context.audit.record(request, { action: "metadata.restore", subject: subjectOf(restored, names[0]) })
      return { restored }
    },
  )

  app.get<{ Querystring: DeletedQuery }>(
    "/metrics/deleted",
    { schema: { ...deletedSchema, summary: "Deleted metrics that can be restored", tags } },
    async ({ query: { search, after, limit } }) => {
      const metrics: (DeletedMetric & { name: string })[] = []
      for await (const [name, deleted] of deletedMetrics(context, search, after)) {
        if (metrics.length === limit) return { metrics, next: metrics.at(-1)!.name }
        metrics.push({ name, ...deleted })
      }
      return { metrics }
    },
  )
}

/** @throws {WebError} `not-allowed` */
function checkAdministrator({ identity }: FastifyRequest): void {
  if (includesRole(identity.role, "administrator")) return
  const remedy = 'leave "data" out, or ask an administrator'
  throw new WebError("not-allowed", "only administrators delete what databases store", { status: 403, remedy })
}

/** What every database says that stores some of the metrics, whether it is there or only configured to. */
async function deleteData(context: ApiContext, names: readonly string[]): Promise<DeletedPoints[]> {
  if (names.length > MAX_WITH_DATA) {
    const message = `the points of at most ${MAX_WITH_DATA} metrics are deleted at once, these are ${names.length}`
    throw new WebError("too-large", message, { status: 413, remedy: "select fewer" })
  }
  const tokens = new Set(
    (await context.clientList.list()).filter(({ state }) => state === "up").map(({ token }) => token),
  )
  const present = new Set([...tokens].filter((token) => token.startsWith("db-")))
  const configured: string[] = []
  await context.configBook.each((token, config) => {
    if (token.startsWith("db-") && names.some((name) => storesMetric(config, name))) configured.push(token)
  })
  const answers = await mapBounded([...new Set([...configured, ...present])], 4, (token) =>
    deletePoints(context.rpc, token, names),
  )
  // One that has nothing of it and is not meant to is not worth a word; nor is one that could not be asked for it.
  const isWorthIt = (answer: DeletedPoints) =>
    "failed" in answer ? !/rpc handler/i.test(answer.failed) : answer.metrics > 0
  return answers.filter((answer) => configured.includes(answer.token) || isWorthIt(answer))
}

/** Delete what is known of metrics, on behalf of whoever asks; how many there were. Rejects as RPCs do. */
export async function deleteMetadata(
  { rpc, catalogue }: ApiContext,
  request: FastifyRequest,
  names: readonly string[],
): Promise<number> {
  let deleted = 0
  try {
    for (let at = 0; at < names.length; at += PART) {
      const metrics = names.slice(at, at + PART)
      deleted += (await rpc.rpc("metadata.delete", { metrics, by: request.identity.name }, writing)).deleted
    }
  } finally {
    if (deleted > 0) await catalogue.update(names)
  }
  return deleted
}

async function restore({ rpc, catalogue }: ApiContext, request: FastifyRequest, names: readonly string[]) {
  const restored: string[] = []
  try {
    for (let at = 0; at < names.length; at += PART) {
      const metrics = names.slice(at, at + PART)
      const answer = await rpc.rpc("metadata.restore", { metrics, by: request.identity.name }, writing)
      for (const name of answer.restored) restored.push(name)
    }
  } finally {
    if (restored.length > 0) await catalogue.update(restored)
  }
  return restored
}

async function deletedNames(context: ApiContext, search: string | undefined): Promise<string[]> {
  const names: string[] = []
  for await (const [name] of deletedMetrics(context, search)) names.push(name)
  return names
}

/** Deleted metrics that a glob, or all words, match, in the order of names. */
async function* deletedMetrics(
  { rpc }: ApiContext,
  search = "",
  after?: string,
): AsyncIterable<[string, DeletedMetric]> {
  const glob = search.includes("*") ? globToRegExp(search.trim()) : undefined
  const words = glob ? [] : search.toLowerCase().split(/\s+/)
  for (let past = after; ; ) {
    const page = past === undefined ? { limit: PART } : { limit: PART, after: past }
    const { metrics, next } = await rpc.rpc("metadata.deleted", page, reading)
    for (const [name, deleted] of Object.entries(metrics)) {
      const lower = name.toLowerCase()
      if (glob ? glob.test(name) : words.every((word) => lower.includes(word))) yield [name, deleted]
    }
    if (next === undefined) return
    past = next
  }
}
