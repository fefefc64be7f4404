import { post } from "../../api.js"

/** `rename`: everywhere; `alias`: databases store it under the new name, and the network goes on with the old one. */
export type RenameMode = "rename" | "alias"

/** A configuration that would change. */
export interface RenamedDocument {
  token: string
  role: "source" | "database" | "other"
  where: string[]
  revision: string
  before: object
  after: object
}

/** What a database would do. */
export interface RenamedHistory {
  token: string
  history: "rename" | "merge" | "nothing" | "refused" | "unknown"
  points: number
  poured?: number
  reason?: string
}

/** Something in the way; `without`: the id of a step that can be left out instead. */
export interface RenameClash {
  kind: "elsewhere" | "declared" | "history" | "away" | "cannot" | "keys"
  token: string
  detail?: string
  without?: string
}

export interface RenameStep {
  id: string
  kind: "both" | "config" | "history" | "metadata"
  token?: string
}

/** What it takes to give a metric another name. */
export interface RenamePlan {
  from: string
  to: string
  mode: RenameMode
  source: {
    token: string
    where: string[]
    parts: { where: string; text: string }[]
    how: "edit" | "done" | "elsewhere" | "silent" | "stays"
  } | null
  documents: RenamedDocument[]
  databases: RenamedHistory[]
  byHand: { token: string; how: string }[] | null
  clashes: RenameClash[]
  steps: RenameStep[]
}

/** What became of a step. */
export type RenameOutcome = RenameStep & {
  state: "done" | "stored" | "failed" | "left-out" | "open"
  message?: string
}

const path = (name: string) => `metrics/${encodeURIComponent(name)}/rename`

/** Rejects with an {@link ApiError}, as all of the API. */
export const renameApi = {
  plan: (from: string, to: string, mode: RenameMode) => post<RenamePlan>(`${path(from)}/plan`, { to, mode }),
  run: ({ from, to, mode, documents }: RenamePlan, leaveOut: readonly string[]) => {
    const revisions = Object.fromEntries(documents.map(({ token, revision }) => [token, revision]))
    return post<{ done: boolean; steps: RenameOutcome[] }>(path(from), { to, mode, leaveOut, revisions })
  },
}
