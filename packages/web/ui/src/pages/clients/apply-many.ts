import type { ApplyAnswer } from "../configuration/config-api.js"

/** What came of applying the configuration of one of many clients. */
export type ApplyResult =
  | { state: "waiting" | "sending" }
  | { state: "accepted" }
  | { state: "refused" | "silent" | "failed"; text: string }

/** Asks one client. */
export type Apply = (token: string) => Promise<ApplyAnswer>

/** Agents that are asked at once. */
const AT_ONCE = 4

/**
 * Apply the stored configuration of each client, a few at once. `onresult` is told of each when it begins and when it has ended; one that
 * fails keeps none of the others.
 */
export async function applyMany(
  tokens: readonly string[],
  apply: Apply,
  onresult: (token: string, result: ApplyResult) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const token of tokens) onresult(token, { state: "waiting" })
  let next = 0
  const worker = async () => {
    for (let at = next++; at < tokens.length && !signal.aborted; at = next++) {
      const token = tokens[at] as string
      onresult(token, { state: "sending" })
      onresult(token, await resultOf(apply(token)))
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, tokens.length) }, worker))
}

async function resultOf(answered: Promise<ApplyAnswer>): Promise<ApplyResult> {
  try {
    const { refused, answered: isAnswered, reason } = await answered
    if (refused !== undefined) return { state: "refused", text: refused }
    return isAnswered ? { state: "accepted" } : { state: "silent", text: reason ?? "" }
  } catch (error) {
    return { state: "failed", text: error instanceof Error ? error.message : String(error) }
  }
}
