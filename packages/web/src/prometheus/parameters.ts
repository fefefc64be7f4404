import type { FastifyRequest } from "fastify"
import { parseDuration } from "./literals.js"
import { refuse } from "./query-error.js"

/** What a request asks with: the query of its address, and the form in its body. */
export class Parameters {
  readonly #values: URLSearchParams

  constructor(values: URLSearchParams) {
    this.#values = values
  }

  static of(request: FastifyRequest): Parameters {
    const values = new URLSearchParams(request.url.split("?", 2)[1] ?? "")
    if (request.body instanceof URLSearchParams) for (const [name, value] of request.body) values.append(name, value)
    return new Parameters(values)
  }

  text(name: string): string | undefined {
    return this.#values.get(name) ?? undefined
  }

  all(name: string): string[] {
    return [...this.#values.getAll(name), ...this.#values.getAll(`${name}[]`)]
  }

  /** @throws {QueryError} `bad_data` if it is missing */
  required(name: string): string {
    return this.text(name) ?? refuse(`the parameter ${name} is missing`)
  }

  /** A time in whole ms since 1970. @throws {QueryError} `bad_data` for what is no time */
  timeMs(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined || text === "" ? undefined : parseTime(name, text)
  }

  /** @throws {QueryError} `bad_data` for what is no duration above nothing */
  durationMs(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined || text === "") return undefined
    const ms = /^[\d.eE+-]+$/.test(text) ? Number(text) * 1000 : (parseDuration(text) ?? Number.NaN)
    if (ms > 0 && ms < Number.MAX_SAFE_INTEGER) return ms
    return refuse(`${name} is a duration above zero, such as 15s, 1m30s or 0.5 (seconds), not "${text}"`)
  }

  /** How many at the most; undefined for no limit. @throws {QueryError} `bad_data` for what is no such number */
  limit(): number | undefined {
    const text = this.text("limit")
    if (text === undefined || text === "" || text === "0") return undefined
    return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`limit is a whole number, not "${text}"`)
  }
}

/** The year 9999; beyond it nobody has measured. */
const latestMs = 253_402_300_799_000

function parseTime(name: string, text: string): number {
  const ms = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) * 1000 : parseRfc3339(text)
  if (Number.isNaN(ms)) refuse(`${name} is a time such as 1795154400.5 or 2026-11-20T06:00:00Z, not "${text}"`)
  return Math.round(Math.max(0, Math.min(latestMs, ms)))
}

function parseRfc3339(text: string): number {
  return /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[-+]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
}
