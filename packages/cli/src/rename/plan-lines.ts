import {
  type Clash,
  clashText,
  type DatabasePlan,
  type RenamePlan,
  type SourcePlan,
  type StepOutcome,
} from "@metricq/web"
import type { Colors } from "../terminal/colors.js"
import { printable } from "../terminal/text.js"
import { sortedJson } from "../text/json-text.js"
import { unifiedDiff } from "../text/unified.js"

/** A plan for people: who is concerned, what stands in the way, each difference, and the steps. */
export function planLines(plan: RenamePlan, leaveOut: readonly string[], colors: Colors): string[] {
  const { source, databases, byHand, documents, clashes, steps, mode } = plan
  if (steps.length === 0) return [`nothing is left to do: ${plan.from} is ${plan.to} already`]
  const differences = documents.flatMap(({ token, before, after }) => [
    "",
    ...unifiedDiff(sortedJson(before), sortedJson(after), { before: `${token} now`, after: `${token} then` }, colors),
  ])
  return [
    ...(source ? [row("source", sourceText(source))] : []),
    ...databases.map((database) => row("database", databaseText(database))),
    ...(byHand ?? []).map(({ token, how }) => row("by hand", `${token} reads ${how}`)),
    ...(mode === "rename"
      ? [row("by hand", "dashboards, saved links and scripts that name it: they are not known here")]
      : []),
    ...clashes.map((clash) => row("in the way", clashLine(plan, clash, leaveOut))),
    ...differences,
    "",
    ...steps.map(({ id, kind }) => row(leaveOut.includes(id) ? "left out" : "step", `${id}  ${meaning(kind, mode)}`)),
  ]
}

/** What became of a step. */
export function stepLine({ id, state, message }: StepOutcome): string {
  const words: Record<StepOutcome["state"], string> = {
    done: "done",
    stored: "stored; its agent takes it when it starts",
    failed: "failed",
    "left-out": "left out",
    open: "not done",
  }
  return row(
    words[state].split(";")[0]!,
    `${id}${state === "stored" ? "  its agent takes it when it starts" : ""}${message ? `  ${message}` : ""}`,
  )
}

function row(title: string, text: string): string {
  return `${title.padEnd(10)}  ${printable(text)}`
}

function sourceText({ token, state, where, parts, how }: SourcePlan): string {
  const told: Record<SourcePlan["how"], string> = {
    edit: `the name stands at ${where.join(", ")}`,
    done: "it declares the new name already",
    elsewhere: "the name comes from its code, or from a part that other metrics share",
    silent: "nothing comes under the old name",
    stays: "it goes on with the old name",
  }
  const shared = how === "elsewhere" && parts.length > 0 ? `: ${parts.map(({ where }) => where).join(", ")}` : ""
  return `${token} (${state}): ${told[how]}${shared}`
}

function databaseText({ token, state, history, points, poured, reason }: DatabasePlan): string {
  const told: Record<DatabasePlan["history"], string> = {
    rename: `${points} points, of which only the name changes`,
    merge: `${points} points; both names have a history, of which ${poured} points are written again`,
    nothing: "nothing is stored under the old name",
    refused: `${points} points; ${reason}`,
    unknown: String(reason),
  }
  return `${token} (${state}): ${told[history]}`
}

function clashLine(plan: RenamePlan, clash: Clash, leaveOut: readonly string[]): string {
  const { without } = clash
  const advice = clash.kind === "elsewhere" ? ": change it there first, or see --alias" : ""
  if (without === undefined) return `${clashText(plan, clash)}${advice}`
  return `${clashText(plan, clash)} (${leaveOut.includes(without) ? "left out" : `--leave-out ${without}`})`
}

function meaning(kind: RenamePlan["steps"][number]["kind"], mode: RenamePlan["mode"]): string {
  const words = {
    both: "the database stores both names meanwhile",
    config: "the new configuration is stored and taken over",
    history: "the history goes to the new name",
    metadata:
      mode === "rename" ? "what was set in its metadata goes along" : "unit and the like are set for the new name",
  }
  return words[kind]
}
