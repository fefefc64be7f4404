import { AgentStopped, DataError, HistoryError, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import { WebError } from "./web-error.js"

/** How an error is told over HTTP. */
export interface ErrorAnswer {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What to do about it; "" where the message says it. */
  readonly remedy: string
}

/** How any error is told. What is not known to be meant for the outside is only called an internal error. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof WebError) return { ...pick(error), status: error.status, remedy: error.remedy }
  if (error instanceof HistoryError) return historyAnswer(error)
  if (error instanceof RPCError) return refusal(error)
  if (error instanceof TimeoutError) {
    return { ...pick(error), status: 504, remedy: "ask for less at once, or look whether the service works" }
  }
  if (error instanceof PeerAway) return { ...pick(error), status: 503, remedy: "start it, and ask again" }
  if (error instanceof AgentStopped) {
    const message = "the web server is not connected to the network"
    return { status: 503, code: "not-connected", message, remedy: "look whether the broker runs, and ask again" }
  }
  if (error instanceof DataError) return { ...pick(error), status: 400, remedy: "" }
  return frameworkAnswer(error)
}

/** The body of an answer that tells an error. */
export function errorBody({ code, message, remedy }: ErrorAnswer): { error: Omit<ErrorAnswer, "status"> } {
  return { error: { code, message, remedy } }
}

function pick({ code, message }: { code: string; message: string }): { code: string; message: string } {
  return { code, message }
}

function historyAnswer(error: HistoryError): ErrorAnswer {
  if (error.code === "not-stored") return { ...pick(error), status: 404, remedy: "let a database store it" }
  if (error.code === "too-large")
    return { ...pick(error), status: 413, remedy: "ask for longer intervals or less time" }
  if (error.code === "timeout") return { ...pick(error), status: 504, remedy: "ask for less at once" }
  return { ...pick(error), status: 502, remedy: "" }
}

/** What a peer has said when it refused, in its own words. */
export function refusalText({ answer, message }: RPCError): string {
  return typeof answer.error === "string" ? answer.error : message
}

function refusal(error: RPCError): ErrorAnswer {
  const message = refusalText(error)
  if (/needs an administrator/.test(message)) {
    const remedy = "start the web server with the --server address of a user that the manager takes as administrator"
    return { status: 403, code: "not-administrator", message, remedy }
  }
  if (error.code === "conflict") return { status: 409, code: "conflict", message, remedy: "load it again, and repeat" }
  if (/^no (configuration|version)/.test(message)) return { status: 404, code: "not-found", message, remedy: "" }
  if (/rpc handler/i.test(message)) {
    const remedy = "this needs the manager of this project; the original does not have it"
    return { status: 501, code: "no-such-function", message, remedy }
  }
  return { status: 400, code: error.code === "rpc-error" ? "refused" : error.code, message, remedy: "" }
}

/** What the HTTP framework refuses, such as a body that is no JSON. */
function frameworkAnswer(error: unknown): ErrorAnswer {
  const { statusCode, message, code, validation } = error as {
    statusCode?: number
    message?: string
    code?: string
    validation?: unknown
  }
  if (validation !== undefined) return { status: 400, code: "request", message: String(message), remedy: "" }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const name = /^FST_/.test(code ?? "") ? (frameworkCodes[statusCode] ?? "request") : (code ?? "request")
    return { status: statusCode, code: name, message: String(message), remedy: "" }
  }
  return { status: 500, code: "internal", message: "the web server has failed at this", remedy: "look into its log" }
}

const frameworkCodes: Readonly<Record<number, string>> = { 404: "not-found", 413: "too-large", 415: "media-type" }
