import { type JsonObject, RPCError } from "@metricq/client"
import { storedConfig } from "../api/stored-config.js"
import { refusalText } from "../server/error-answer.js"
import type { RenameNetwork } from "./rename-plan.js"

const writing = { timeout: 15 }
/** How long an agent has to take its new configuration. */
const APPLY_S = 15

/** What became of a change: taken over by the agent; stored, for when the agent starts; or neither, and why. */
export type Changed = { readonly state: "done" | "stored" } | { readonly state: "failed"; readonly message: string }

/** How a change is noted. */
export interface ChangeNote {
  readonly note: string
  /** On whose behalf, where the user of the broker does it for somebody. */
  readonly by?: string
}

/**
 * Store a configuration that `change` makes of the stored one, and have the running agent take it. If it does not, what was stored before is
 * put back, so that what is stored stays what the agent can run with.
 */
export async function changeDocument(
  { rpc }: Pick<RenameNetwork, "rpc">,
  token: string,
  change: (config: JsonObject) => JsonObject,
  { note, by }: ChangeNote,
): Promise<Changed> {
  const behalf = by === undefined ? {} : { by }
  const stored = await storedConfig(rpc, token)
  if (stored === undefined) return { state: "failed", message: "there is no configuration any more" }
  const config = change(stored.config)
  try {
    const write = { token, config, revision: stored.revision, note, ...behalf }
    const { revision } = await rpc.rpc("config.set", write, writing)
    const apply = { token, timeout: APPLY_S, ...behalf }
    const answer = await rpc.rpc("config.apply", apply, { timeout: APPLY_S + 5 })
    if (answer.answered && !("refused" in answer)) return { state: "done" }
    if (!answer.answered && answer.reason === "not connected") return { state: "stored" }
    const reason = "refused" in answer ? `the agent refuses it: ${answer.refused}` : `the agent gives ${answer.reason}`
    const back = { token, config: stored.config, revision, note: `put back: ${note}`, ...behalf }
    await rpc.rpc("config.set", back, writing)
    // One that did not answer may have taken it after all.
    if (!("refused" in answer)) await rpc.rpc("config.apply", apply, { timeout: APPLY_S + 5 })
    return { state: "failed", message: `${reason}; the earlier configuration was put back` }
  } catch (error) {
    if (!(error instanceof RPCError)) throw error
    return { state: "failed", message: refusalText(error) }
  }
}
