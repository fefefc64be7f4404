import { type Client, RPCError, TimeoutError } from "@metricq/client"
import type { ConfigSetArguments } from "@metricq/protocol"
import { oneLine } from "../errors.js"
import type { ImportItem, ImportPlan } from "./import-plan.js"

/** What became of a configuration. `unknown`: the manager did not answer in time, and may have stored it. */
export interface ImportResult {
  readonly token: string
  readonly done: "written" | "deleted" | "conflict" | "unknown" | "not done"
  /** The new revision, or why not. */
  readonly text: string
}

/** What an import is told. */
export interface CarryOut {
  readonly plan: ImportPlan
  readonly note: string
  /** Whether what is not in the bundle goes. */
  readonly isDeleted: boolean
  /** Nothing more is begun once it is aborted. */
  readonly signal: AbortSignal
  /** Told of each configuration at once. */
  tell(result: ImportResult): void
}

/**
 * Write what differs, one after the other, and delete what is to go, each only if nobody has changed it since the plan was made. What
 * somebody has changed is left, and the others go on; any other failure ends it. There is a result for every configuration.
 */
export async function carryOut(
  client: Client,
  { plan, note, isDeleted, signal, tell }: CarryOut,
): Promise<ImportResult[]> {
  const steps = [
    ...plan.items.filter(({ state }) => state !== "same").map((item) => writing(client, item, note)),
    ...(isDeleted ? plan.absent : []).map((entry) => deleting(client, entry)),
  ]
  const results: ImportResult[] = []
  let end: string | undefined
  for (const { token, run } of steps) {
    if (signal.aborted) end ??= oneLine(signal.reason)
    const result = end === undefined ? await attempt(token, run) : { token, done: "not done" as const, text: end }
    if (result.done === "unknown" || result.done === "not done") end ??= "the import broke off before"
    results.push(result)
    tell(result)
  }
  return results
}

interface Step {
  readonly token: string
  run(): Promise<ImportResult>
}

function writing(client: Client, { token, config, stored }: ImportItem, note: string): Step {
  const write: ConfigSetArguments = { token, config, revision: stored?.revision ?? null, note }
  return {
    token,
    run: async () => ({ token, done: "written", text: (await client.rpc("config.set", write)).revision }),
  }
}

function deleting(client: Client, { token, revision }: { token: string; revision: string }): Step {
  return {
    token,
    run: async () => {
      await client.rpc("config.delete", { token, revision })
      return { token, done: "deleted", text: "its versions stay" }
    },
  }
}

async function attempt(token: string, run: () => Promise<ImportResult>): Promise<ImportResult> {
  try {
    return await run()
  } catch (error) {
    const text = oneLine(error)
    if (error instanceof RPCError && error.code === "conflict") return { token, done: "conflict", text }
    return { token, done: error instanceof TimeoutError ? "unknown" : "not done", text }
  }
}
