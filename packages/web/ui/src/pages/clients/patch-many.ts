import { type Apply, type ApplyResult, applyMany } from "./apply-many.js"
import type { Patch, PatchPlan, PatchResult } from "./patch-api.js"

/** What the server plans and stores at once. */
const PART = 100

/** What became of one client: not stored, or stored and perhaps applied. */
export type PatchOutcome =
  | { state: "waiting" | "stored" | "unchanged" }
  | { state: "conflict" | "invalid" | "failed"; text: string }
  | ApplyResult

/** Whether a plan changes something that can be stored. */
export function canStore({ valid, changes, revision }: PatchPlan): boolean {
  return valid && revision !== null && changes.length > 0
}

/** What a patch makes of each of many clients, in their order, a part at a time. */
export async function planMany(
  tokens: readonly string[],
  plan: (part: readonly string[]) => Promise<PatchPlan[]>,
): Promise<PatchPlan[]> {
  const plans: PatchPlan[] = []
  for (let at = 0; at < tokens.length; at += PART) plans.push(...(await plan(tokens.slice(at, at + PART))))
  return plans
}

export interface StoreMany {
  patch: Patch
  note: string
  store: (patch: Patch, clients: Readonly<Record<string, string>>, note: string) => Promise<PatchResult[]>
  /** Undefined: they are only stored. */
  apply?: Apply | undefined
  /** Told of each client when something becomes of it. */
  onresult: (token: string, outcome: PatchOutcome) => void
  signal: AbortSignal
}

/**
 * Store what was planned, a part at a time, and then have those that were stored applied. What becomes of one keeps none of the others; a part
 * that the server does not answer has failed, whatever became of it.
 */
export async function storeMany(
  plans: readonly PatchPlan[],
  { patch, note, store, apply, onresult, signal }: StoreMany,
): Promise<void> {
  const stored: string[] = []
  for (const { token } of plans) onresult(token, { state: "waiting" })
  for (let at = 0; at < plans.length && !signal.aborted; at += PART) {
    const part = plans.slice(at, at + PART)
    const revisions = Object.fromEntries(part.map(({ token, revision }) => [token, revision ?? ""]))
    try {
      for (const { token, state, text = "" } of await store(patch, revisions, note)) {
        if (state === "stored") stored.push(token)
        onresult(token, state === "stored" || state === "unchanged" ? { state } : { state, text })
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      for (const { token } of part) onresult(token, { state: "failed", text })
    }
  }
  if (apply) await applyMany(stored, apply, onresult, signal)
}
