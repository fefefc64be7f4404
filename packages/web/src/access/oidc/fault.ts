import * as oidc from "openid-client"
import { WebError } from "../../server/web-error.js"

const mostCharacters = 300

/** What has gone wrong, with its causes, in one line for a log; nothing of what a provider has sent but its own words on an error. */
export function faultText(error: unknown): string {
  const words: string[] = []
  for (let each = error; each instanceof Error && words.length < 4; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException
    words.push(typeof code === "string" && !each.message.includes(code) ? `${each.message} (${code})` : each.message)
  }
  const text = words.length === 0 ? String(error) : words.join(": ")
  return printable(text)
}

/** How a login is refused whose answer from `name`, the provider, has led to an error. */
export function refusalOf(error: unknown, name: string): WebError {
  if (error instanceof WebError) return error
  if (error instanceof oidc.AuthorizationResponseError) {
    const reason = printable([error.error, error.error_description ?? ""].filter((word) => word !== "").join(": "))
    const remedy = "begin again, or ask whoever runs it"
    return new WebError("login-cancelled", `${name} has not let you in: ${reason}`, {
      status: 403,
      remedy,
      cause: error,
    })
  }
  if (isAway(error)) {
    const remedy = "log in with a password, or try again in a minute"
    const text = `${name} does not answer: ${faultText(error)}`
    return new WebError("provider-away", text, { status: 503, remedy, cause: error })
  }
  const remedy =
    "begin again; if that does not help, look at the client's id and secret, its redirect address and the clocks"
  const text = `the answer of ${name} is not good: ${reasonOf(error)}`
  return new WebError("provider-answer", text, { status: 502, remedy, cause: error })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof oidc.ResponseBodyError)) return faultText(error)
  return printable([error.error, error.error_description ?? ""].filter((word) => word !== "").join(": "))
}

/** What `fetch` says of a peer that is not there, or too slow. */
function isAway(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (["TimeoutError", "AbortError"].includes(each.name)) return true
    if (each instanceof TypeError && each.message === "fetch failed") return true
  }
  return false
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, " ").slice(0, mostCharacters)
}
