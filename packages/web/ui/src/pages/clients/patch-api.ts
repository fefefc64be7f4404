import { post } from "../../api.js"

/** One place of a document that a patch changes; secrets are masks. A value that is `cut` is the begin of its JSON. */
export interface PlannedChange {
  path: string
  before?: unknown
  after?: unknown
  cut?: true
}

/** What a patch would make of the configuration of one client; see `docs/reference/http.md`. */
export interface PatchPlan {
  token: string
  /** null if nothing is stored. */
  revision: string | null
  changes: PlannedChange[]
  /** Places that are not named. */
  more: number
  valid: boolean
  problems: { errors: string[]; warnings: string[] }
}

/** What became of one client. */
export interface PatchResult {
  token: string
  state: "stored" | "unchanged" | "conflict" | "invalid" | "failed"
  /** Why not. */
  text?: string
}

/** A JSON merge patch. */
export type Patch = Record<string, unknown>

/** Patches of many configurations. Rejects as every call of the API. */
export const patchApi = {
  plan: async (patch: Patch, clients: readonly string[], signal: AbortSignal): Promise<PatchPlan[]> =>
    (await post<{ clients: PatchPlan[] }>("configs/patch/plan", { patch, clients }, signal)).clients,
  store: async (patch: Patch, clients: Readonly<Record<string, string>>, note: string): Promise<PatchResult[]> =>
    (
      await post<{ results: PatchResult[] }>("configs/patch", {
        ...{ patch, clients },
        ...(note !== "" && { note }),
      })
    ).results,
}
