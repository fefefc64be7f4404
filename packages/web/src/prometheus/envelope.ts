import { MetricqError, TimeoutError } from "@metricq/client"
import { QueryError, type QueryErrorType } from "./query-error.js"

const statuses: Readonly<Record<QueryErrorType, number>> = {
  ...{ bad_data: 400, execution: 422, timeout: 503, not_found: 404, internal: 500 },
}

/** What goes back: an HTTP status and JSON. */
export interface Envelope {
  status: number
  json: string
}

/** `data` is JSON already. `warnings` say that something is missing, `infos` what a person may want to know. */
export function success(
  data: string,
  { warnings = [], infos = [] }: { warnings?: string[]; infos?: string[] } = {},
): Envelope {
  const more = [
    warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : "",
    infos.length > 0 ? `,"infos":${JSON.stringify(infos)}` : "",
  ]
  return { status: 200, json: `{"status":"success","data":${data}${more.join("")}}` }
}

/** An error of ours says what was wrong; of others nothing is told but that they were. */
export function failure(error: unknown): Envelope {
  const { type, text, status = statuses[type] } = explained(error)
  return { status, json: JSON.stringify({ status: "error", errorType: type, error: text }) }
}

function explained(error: unknown): { type: QueryErrorType; text: string; status?: number } {
  if (error instanceof QueryError) return { type: error.type, text: error.message }
  if (error instanceof TimeoutError) return { type: "timeout", text: error.message }
  // What the server refuses, whatever is asked, has a status of its own.
  const { status, statusCode = status, remedy } = (error ?? {}) as Partial<Record<string, unknown>>
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return { type: "bad_data", text: `${(error as Error).message}${remedy ? `: ${remedy}` : ""}`, status: statusCode }
  }
  if (error instanceof MetricqError) return { type: "execution", text: error.message }
  return { type: "internal", text: "the server has made a mistake; its log says more" }
}
