import type { FastifyContextConfig, FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import type { Identity } from "./identity.js"
import { includesRole, type Role } from "./role.js"

const readingMethods = new Set(["GET", "HEAD"])

/** Who may use a route: what it says, else viewers what only reads, and operators all else. */
export function needsOf(method: string, said: FastifyContextConfig["needs"]): Role | "anyone" {
  return said ?? (readingMethods.has(method) ? "viewer" : "operator")
}

/** Routes that an API token of the scope `data` is for, as they are registered; `""` is the WebSocket at the root. */
const dataRoutes =
  /^(|grafana(\/.*)?|prometheus(\/.*)?|ws|metrics|api\/v1\/(metrics|last|history|analyze|tiles|export|live|status)(\/.*)?)$/

/**
 * Refuse what somebody may not do. What is not there may be asked for by everybody.
 *
 * @throws {WebError} `login-needed` (401), `role`, `token-scope` (403)
 */
export function checkNeeds(request: FastifyRequest, prefix: string): void {
  const needs = request.is404 ? "anyone" : needsOf(request.method, request.routeOptions.config.needs)
  if (needs !== "anyone") checkRole(request.identity, needs)
  if (needs === "anyone" || !request.identity.isDataOnly) return
  if (needs === "viewer" && dataRoutes.test(request.routeOptions.url?.slice(prefix.length) ?? "none")) return
  const text = `the token ${request.identity.token?.name} reads metrics, history and live values, and nothing else`
  throw new WebError("token-scope", text, { status: 403, remedy: "make a token of another scope" })
}

/** @throws {WebError} `login-needed` (401), `role` (403) */
export function checkRole({ role, name, via }: Identity, needs: Role): void {
  if (includesRole(role, needs)) return
  if (role === "nobody") {
    const remedy = "log in on the page, or send an API token: Authorization: Bearer mqt_…"
    throw new WebError("login-needed", "who asks is not known", { status: 401, remedy })
  }
  const who = via === "token" ? `this token of ${name}` : name
  const text = `this needs ${articled(needs)}, and ${who} is ${articled(role)}`
  throw new WebError("role", text, { status: 403, remedy: "ask an administrator" })
}

function articled(role: Role): string {
  return `${role === "viewer" ? "a" : "an"} ${role}`
}
