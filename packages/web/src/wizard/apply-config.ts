import { checkToken } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { behalf } from "../api/configs.js"
import { WebError } from "../server/web-error.js"
import type { WizardContext } from "./wizard-context.js"

/** How long a client has to say something; whoever uses the wizard looks at a spinner meanwhile. */
const ANSWER_S = 5

/**
 * Send the stored configuration to its client. That a client is away, or silent, is no failure, as it is none for the original, which does not
 * wait: the answer says so.
 *
 * @throws {WebError} `refused` (422) if the client says that it cannot take it; `not-found` (404) without a configuration
 */
export async function applyConfig({ rpc, audit, clientList }: WizardContext, request: FastifyRequest, token: string) {
  checkToken(token)
  const args = { token, timeout: ANSWER_S, ...behalf(request) }
  const answer = await rpc.rpc("config.apply", args, { timeout: ANSWER_S + 5 })
  const { answered } = answer
  const refused = "refused" in answer ? answer.refused : undefined
  audit.record(request, {
    action: "config.apply",
    subject: token,
    detail: { answered, refused: refused !== undefined },
  })
  clientList.outdate()
  if (refused !== undefined) {
    throw new WebError("refused", `${token} has refused its configuration: ${refused}`, { status: 422 })
  }
  return { status: "success", answered, ...("reason" in answer ? { reason: answer.reason } : {}) }
}
