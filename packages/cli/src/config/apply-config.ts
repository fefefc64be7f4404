import type { Client } from "@metricq/client"
import { CommandError } from "../errors.js"
import { withProgress } from "../terminal/progress.js"
import { printable } from "../terminal/text.js"

/**
 * Have the manager send the stored configuration to its running client, and tell what the client said to it.
 *
 * @throws {CommandError} `config-refused` with the client's reason, `config-unanswered` when it is not there or says nothing
 */
export function applyConfig(client: Client, token: string, timeoutS = 10): Promise<string> {
  return withProgress(() => `waiting for ${token}`, applyInSilence(client, token, timeoutS))
}

/** {@link applyConfig} as one of many at once: it shows no progress. */
export async function applyInSilence(client: Client, token: string, timeoutS = 10): Promise<string> {
  // The manager waits as long as it was told; its own answer needs a little longer.
  const answer = await client.rpc("config.apply", { token, timeout: timeoutS }, { timeout: timeoutS + 5 })
  if (!answer.answered) {
    throw new CommandError(
      "config-unanswered",
      `${token} did not answer: ${answer.reason}; its stored configuration is what it gets when it starts`,
    )
  }
  if ("refused" in answer)
    throw new CommandError("config-refused", `${token} refused its configuration: ${answer.refused}`)
  const said = JSON.stringify(answer.response)
  return `${token} took its configuration${said === "{}" ? "" : `, its answer: ${printable(said)}`}`
}
