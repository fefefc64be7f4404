import { bundleFormat, bundleText, type JsonObject, readBundle } from "@metricq/protocol"
import { get, post } from "../../../api.js"
import type { ApplyAnswer } from "../config-api.js"

/** What an import would do with a configuration; secrets are masks. Without `before` nothing is stored, without `after` it is the same. */
export interface PlanItem {
  token: string
  state: "new" | "changed" | "same"
  revision: string | null
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  errors: string[]
  warnings: string[]
}

export interface ImportPlan {
  items: PlanItem[]
  /** Stored, and not in the bundle. */
  absent: string[]
}

export interface ImportResult {
  token: string
  done: "written" | "same" | "conflict" | "refused" | "failed"
  revision?: string
  message?: string
  applied?: ApplyAnswer
}

/** What is to be stored: of each client the revision it was compared with. */
export interface ImportOrder {
  revisions: Record<string, string | null>
  note?: string
  apply: boolean
}

type Configs = ReadonlyMap<string, JsonObject>

const bundleOf = (configs: Configs) => ({ format: bundleFormat, configurations: Object.fromEntries(configs) })

/** Bundles of configurations. Every call rejects as those of the API. */
export const bundleApi = {
  /** All configurations as the text of a bundle, or those of `tokens`. */
  export: async (tokens?: ReadonlySet<string>): Promise<string> => {
    const configs = readBundle(await get<JsonObject>("configs/export"))
    return bundleText(new Map([...configs].filter(([token]) => tokens?.has(token) ?? true)))
  },
  plan: (configs: Configs): Promise<ImportPlan> => post("configs/import/plan", { bundle: bundleOf(configs) }),
  /** Store those that `revisions` names. */
  import: async (configs: Configs, order: ImportOrder): Promise<ImportResult[]> => {
    const chosen = new Map([...configs].filter(([token]) => token in order.revisions))
    return (await post<{ results: ImportResult[] }>("configs/import", { bundle: bundleOf(chosen), ...order })).results
  },
}
