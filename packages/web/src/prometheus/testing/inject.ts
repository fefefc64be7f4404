import { silentLogger } from "@metricq/client"
import { fastify } from "fastify"
import { addPrometheusApi } from "../api.js"
import { defaultLimits, type Limits } from "../limits.js"
import type { SeriesSource } from "../series-source.js"

/** An answer of the API: status, and what the JSON says. */
export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** The API over a source, below `/prometheus` as in a server, asked without a socket. */
export function apiOver(source: SeriesSource, limits: Partial<Limits> = {}) {
  const app = fastify()
  app.register(
    async (scope) => addPrometheusApi(scope, { source, limits: { ...defaultLimits, ...limits }, logger: silentLogger }),
    { prefix: "/prometheus" },
  )
  const answerOf = (response: { statusCode: number; json(): unknown }): Answer => ({
    status: response.statusCode,
    body: response.json() as Record<string, unknown>,
  })
  return {
    app,
    get: async (path: string, query: Record<string, string | string[]> = {}): Promise<Answer> =>
      answerOf(await app.inject({ method: "GET", url: `/prometheus${path}?${form(query)}` })),
    post: async (path: string, body: Record<string, string | string[]>): Promise<Answer> => {
      const headers = { "content-type": "application/x-www-form-urlencoded" }
      return answerOf(await app.inject({ method: "POST", url: `/prometheus${path}`, headers, payload: form(body) }))
    },
  }
}

function form(fields: Record<string, string | string[]>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one)
  return form.toString()
}
