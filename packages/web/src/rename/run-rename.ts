import { type JsonObject, MetricqError } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { aliasMetadata } from "./alias-metadata.js"
import { type Changed, changeDocument } from "./change-document.js"
import { reasonOf } from "./database-outlook.js"
import { renamedDocument, storingBoth, storingNew } from "./document-edits.js"
import type { Clash, DocumentPlan, RenameNetwork, RenamePlan, RenameStep } from "./rename-plan.js"

/** How long a database has for its history; jobs are waited for so long at most. */
const WAIT_S = 50
const writing = { timeout: 30 }

/** How a plan is carried out. */
export interface RunOptions {
  /** Ids of steps that are not to be done. */
  readonly leaveOut?: readonly string[]
  /** On whose behalf. */
  readonly by?: string
  /** Called after each step. */
  readonly onStep?: (done: StepOutcome) => void
}

/** What became of a step. `stored`: the agent is not connected, and takes the document when it starts. */
export interface StepOutcome extends RenameStep {
  readonly state: Changed["state"] | "left-out" | "open"
  /** Why it failed, or what it did. */
  readonly message?: string
}

/** Clashes that no step that is left out avoids. */
export function unresolved(plan: RenamePlan, leaveOut: readonly string[] = []): Clash[] {
  return plan.clashes.filter(({ without }) => without === undefined || !leaveOut.includes(without))
}

/**
 * Carry out a plan that was made just now, a step after the other. With the first that fails it ends; the steps behind it stay open, and a plan
 * made then has what is left to do.
 *
 * @throws {WebError} `clash` if something stands in the way; nothing has been done then
 */
export async function runRename(
  network: RenameNetwork,
  plan: RenamePlan,
  { leaveOut = [], by, onStep }: RunOptions = {},
): Promise<{ done: boolean; steps: StepOutcome[] }> {
  const [clash] = unresolved(plan, leaveOut)
  if (clash !== undefined) throw clashError(plan, clash)
  const steps: StepOutcome[] = []
  let hasFailed = false
  for (const step of plan.steps) {
    const isLeftOut = leaveOut.includes(step.id)
    const outcome =
      isLeftOut || hasFailed
        ? ({ state: isLeftOut ? "left-out" : "open" } as const)
        : await tried(network, plan, step, by)
    const told: StepOutcome = { ...step, ...outcome }
    hasFailed ||= told.state === "failed"
    steps.push(told)
    onStep?.(told)
  }
  return { done: !hasFailed, steps }
}

async function tried(network: RenameNetwork, plan: RenamePlan, step: RenameStep, by: string | undefined) {
  try {
    return await perform(network, plan, step, by)
  } catch (error) {
    if (!(error instanceof MetricqError)) throw error
    return { state: "failed", message: error.message } as const
  }
}

function perform(
  network: RenameNetwork,
  plan: RenamePlan,
  { kind, token }: RenameStep,
  by: string | undefined,
): Promise<Pick<StepOutcome, "state" | "message">> {
  const { from, to, mode } = plan
  const behalf = by === undefined ? {} : { by }
  if (kind === "metadata") return moveMetadata(network, plan, behalf)
  if (kind === "history") return moveHistory(network, token!, plan)
  const document = plan.documents.find((each) => each.token === token)!
  const note = mode === "alias" ? `${from} is stored as ${to}` : `${from} is renamed to ${to}`
  return changeDocument(network, token!, changeOf(plan, kind, document), { note, ...behalf }).then((changed) =>
    kind === "both" && changed.state === "stored"
      ? { state: "failed", message: "the database is not connected" }
      : changed,
  )
}

/** By what is stored when its turn comes: a database's document has been changed once by then. */
function changeOf(plan: RenamePlan, kind: RenameStep["kind"], { role, after }: DocumentPlan) {
  if (role === "source" || plan.mode === "alias") return () => after
  if (kind === "both") return (config: JsonObject) => storingBoth(config, plan)
  return (config: JsonObject) => (role === "database" ? storingNew(config, plan) : renamedDocument(config, plan))
}

async function moveHistory(
  { rpc }: RenameNetwork,
  token: string,
  { from, to }: RenamePlan,
): Promise<Pick<StepOutcome, "state" | "message">> {
  try {
    const args = { metrics: { [from]: to }, wait: WAIT_S }
    const job = await rpc.rpcTo(token, "database.rename", args, { timeout: WAIT_S + 5 })
    if (job.state === "done") return { state: "done" }
    if (typeof job.failure === "string") return { state: "failed", message: job.failure }
    return { state: "failed", message: `not done after ${WAIT_S} s: job ${String(job.job)} goes on` }
  } catch (error) {
    return { state: "failed", message: reasonOf(error) }
  }
}

async function moveMetadata(
  { rpc }: RenameNetwork,
  { from, to, mode, metadata }: RenamePlan,
  behalf: { by?: string },
): Promise<Pick<StepOutcome, "state">> {
  if (mode === "rename") {
    await rpc.rpc("metadata.rename", { metrics: { [from]: to }, ...behalf }, writing)
    return { state: "done" }
  }
  await rpc.rpc("metadata.set", { metadata: { [to]: aliasMetadata(metadata) }, ...behalf }, writing)
  return { state: "done" }
}

/** What is in the way, in words. */
export function clashText({ to }: Pick<RenamePlan, "to">, { kind, token, detail }: Clash): string {
  const why: Record<Clash["kind"], string> = {
    elsewhere: `${token} has the name from its code or from a part that other metrics share`,
    declared: `${token} declares ${to}`,
    history: `in ${token} ${detail}`,
    away: `${token} is not connected, so that its history cannot be moved`,
    cannot: `${token} cannot rename what it stores: ${detail}`,
    keys: `the configuration of ${token} has both names`,
  }
  return why[kind]
}

function clashError(plan: RenamePlan, clash: Clash): WebError {
  const { kind, without } = clash
  const remedy =
    without === undefined
      ? kind === "elsewhere"
        ? "change it there first, and rename then; or let databases store it under the new name"
        : "choose another name"
      : `do something about it, or leave out ${without}`
  const message = `${plan.from} cannot become ${plan.to}: ${clashText(plan, clash)}`
  return new WebError("clash", message, { status: 409, remedy })
}
