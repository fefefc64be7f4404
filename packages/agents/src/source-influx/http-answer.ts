import type { ServerResponse } from "node:http"
import type { LineResult } from "./reception.js"

/** What is said to a writer; both versions of Influx' API understand it. */
export interface Answer {
  readonly status: number
  readonly code?: string
  readonly message?: string
  /** Number of the line that is wrong. */
  readonly line?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The version of Influx whose behaviour writers may expect. */
const VERSION = "1.8.10"

/** The answer to lines: 204 if all were taken; 400 with the first problem, though the others have been taken. */
export function lineAnswer({ taken, bad, problem, line }: LineResult): Answer {
  if (problem === undefined) return { status: 204 }
  const message = taken === 0 ? problem : `partial write: ${problem} dropped=${bad}`
  return { status: 400, code: "invalid", message, line }
}

/** Sends an answer: `{"error": …}` as Influx 1 does, with the keys of Influx 2. */
export function sendAnswer(response: ServerResponse, { status, code, message, line, headers = {} }: Answer): void {
  const common = { "x-influxdb-version": VERSION, "x-influxdb-build": "OSS", ...headers }
  if (message === undefined) {
    response.writeHead(status, common).end()
    return
  }
  const body = { error: message, code: code ?? "invalid", message, ...(line !== undefined && { line }) }
  sendJson(response, status, body, { ...common, "x-influxdb-error": headerText(message) })
}

/** Sends a document. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(`${JSON.stringify(body)}\n`)
}

/** What may stand in a header. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 300)
}
