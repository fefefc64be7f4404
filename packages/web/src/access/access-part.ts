import type { WebPart } from "../server/context.js"
import { auditLog } from "./endpoints/audit.js"
import { login } from "./endpoints/login.js"
import { oidc } from "./endpoints/oidc.js"
import { tokens } from "./endpoints/tokens.js"
import { users } from "./endpoints/users.js"

/** API v1 of who may use this server, and what they have changed. */
export const access: WebPart = async (app, context) => {
  await app.register(
    async (scope) => {
      for (const group of [login, oidc, users, tokens, auditLog]) group(scope, context)
    },
    { prefix: "/api/v1" },
  )
}
