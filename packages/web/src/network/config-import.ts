import { AgentStopped, type Client, type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import { type ImportStep, importStep, secretProblemText } from "@metricq/protocol"
import { errorAnswer } from "../server/error-answer.js"

/** What became of a configuration of a bundle. */
export interface ImportResult {
  readonly token: string
  /** `refused`: it cannot or must not be stored; `failed`: the manager could not be reached, or the import broke off before. */
  readonly done: "written" | "same" | "conflict" | "refused" | "failed"
  readonly revision?: string
  /** Why it was not written. */
  readonly message?: string
}

/** A configuration that is to be stored if `revision` is still that of the stored one; null: if there is none. */
export interface ImportWish {
  readonly token: string
  readonly document: JsonObject
  readonly revision: string | null
}

/** What storing needs. */
export interface ImportTools {
  readonly rpc: Pick<Client, "rpc">
  /** What is stored; undefined if nothing is. */
  stored(token: string): Promise<{ revision: string; config: JsonObject } | undefined>
  /** Throws if this change is not for whoever asks. */
  permit(token: string, before: JsonObject | undefined, after: JsonObject): void
  /** Kept with each version. */
  readonly note: string
  readonly by?: string
}

/**
 * Store configurations one after the other. What others have changed, and what is refused, is left out, and the rest goes on; when the
 * manager cannot be reached nothing more is tried. There is a result for each wish, in their order.
 */
export async function importAll(wishes: readonly ImportWish[], tools: ImportTools): Promise<ImportResult[]> {
  const results: ImportResult[] = []
  let isBroken = false
  for (const wish of wishes) {
    const { token } = wish
    if (isBroken) results.push({ token, done: "failed", message: "not begun: the import broke off before" })
    else {
      const result = await attempt(wish, tools)
      isBroken = result.done === "failed"
      results.push(result)
    }
  }
  return results
}

async function attempt(wish: ImportWish, tools: ImportTools): Promise<ImportResult> {
  const { token } = wish
  try {
    return await importOne(wish, tools)
  } catch (error) {
    const { message } = errorAnswer(error)
    if (error instanceof RPCError && error.code === "conflict") return { token, done: "conflict", message }
    if (error instanceof TimeoutError) return { token, done: "failed", message: `${message}; it may have been stored` }
    const isAway = error instanceof PeerAway || error instanceof AgentStopped
    return { token, done: isAway ? "failed" : "refused", message }
  }
}

async function importOne({ token, document, revision }: ImportWish, tools: ImportTools): Promise<ImportResult> {
  const stored = await tools.stored(token)
  if ((stored?.revision ?? null) !== revision) {
    return { token, done: "conflict", message: `the configuration of ${token} has changed since it was compared` }
  }
  const { state, config, problems }: ImportStep = importStep(document, stored?.config)
  if (problems.length > 0) return { token, done: "refused", message: problems.map(secretProblemText).join("; ") }
  if (state === "same") return { token, done: "same" }
  tools.permit(token, stored?.config, config)
  const { rpc, note, by } = tools
  const write = { token, config, revision, note, ...(by !== undefined && { by }) }
  const written = await rpc.rpc("config.set", write, { timeout: 15 })
  return { token, done: "written", revision: written.revision }
}
