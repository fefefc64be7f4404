import { userInfo } from "node:os"
import { planRename, type RenamePlan, renameNetworkOf, runRename, type StepOutcome, unresolved } from "@metricq/web"
import { CommandError, ExitWith, UsageError } from "../errors.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { planLines, stepLine } from "../rename/plan-lines.js"
import { chooseLetter } from "../terminal/choice.js"
import { colorsFor } from "../terminal/colors.js"
import { printJson, printLines } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { kindCatalogue } from "../web/kind-catalogue.js"

/** Options of `metricq rename`. */
export interface RenameOptions extends ConnectionOptions {
  readonly alias?: boolean
  readonly leaveOut: readonly string[]
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

/** Give a metric another name, after showing what that means. */
export async function renameMetric(from: string, to: string, options: RenameOptions): Promise<void> {
  await withClient(
    options,
    async (client) => {
      const network = renameNetworkOf(client, kindCatalogue())
      const mode = options.alias ? "alias" : "rename"
      const plan = await withProgress(() => "looking who knows the metric", planRename(network, { from, to, mode }))
      checkLeftOut(plan, options.leaveOut)
      if (options.dryRun && options.json) return printJson(plan)
      if (!options.json) printLines(planLines(plan, options.leaveOut, colorsFor(process.stdout)))
      if (options.dryRun) return
      const isBlocked = unresolved(plan, options.leaveOut).length > 0
      if (plan.steps.length > 0 && !isBlocked && !options.yes) await confirm(plan)
      const told: StepOutcome[] = []
      const onStep = (step: StepOutcome) => {
        told.push(step)
        if (!options.json) printLines([stepLine(step)])
      }
      const { done } = await runRename(network, plan, { leaveOut: options.leaveOut, by: user(), onStep })
      if (options.json) printJson({ done, steps: told })
      if (done) return
      if (options.json) throw new ExitWith(1)
      const failed = told.find(({ state }) => state === "failed")
      throw new CommandError("not-renamed", `${failed?.message}; the same command goes on from there`)
    },
    { administrator: true },
  )
}

function checkLeftOut({ steps }: RenamePlan, leaveOut: readonly string[]): void {
  const unknown = leaveOut.find((id) => !steps.some((step) => step.id === id))
  if (unknown === undefined || steps.length === 0) return
  const known = [...new Set(steps.map(({ id }) => id))].join(", ")
  throw new UsageError(`--leave-out: there is no step ${unknown}; there are ${known}`)
}

async function confirm({ from, to, mode }: RenamePlan): Promise<void> {
  const question = mode === "alias" ? `Store ${from} as ${to}?` : `Rename ${from} to ${to}?`
  const answer = await chooseLetter(question, "yn")
  if (answer === "y") return
  if (answer === undefined) throw new UsageError("nobody to ask whether to rename: say --yes")
  throw new CommandError("not-confirmed", "nothing was changed")
}

/** For whom the versions are noted. */
function user(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? "somebody" // not in the system's list of users, as in some containers
  }
}
