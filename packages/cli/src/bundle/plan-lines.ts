import { createHmac, randomBytes } from "node:crypto"
import { type JsonObject, replaceSecrets } from "@metricq/protocol"
import type { Colors } from "../terminal/colors.js"
import { printable } from "../terminal/text.js"
import { prettyJson } from "../text/json-text.js"
import { unifiedDiff } from "../text/unified.js"
import type { ImportItem, ImportPlan } from "./import-plan.js"

/** Secrets are shown as marks of this process: equal ones look alike, others do not. */
const key = randomBytes(32)

/** A plan for people: what differs line by line, the rest in a line each. */
export function planLines({ items, absent }: ImportPlan, isDeleted: boolean, colors: Colors): string[] {
  const lines = items.filter(({ state }) => state !== "same").flatMap((item) => ["", ...itemLines(item, colors)])
  const same = items.filter(({ state }) => state === "same").map(({ token }) => token)
  if (same.length > 0) lines.push("", `${colors.bold("same")}  ${named(same)}`)
  if (absent.length > 0) {
    const what = isDeleted ? colors.red("deleted, not in the bundle") : "not in the bundle, stays"
    lines.push("", `${colors.bold(what)}  ${named(absent.map(({ token }) => token))}`)
  }
  return lines.slice(1)
}

function itemLines({ token, state, stored, config, file, errors, warnings }: ImportItem, colors: Colors): string[] {
  const before = stored === undefined ? "" : shown(stored.config)
  const by = stored === undefined ? "nothing" : `${stored.time} by ${stored.by ?? stored.author}`
  const difference = unifiedDiff(before, shown(config), { before: `stored, ${by}`, after: file }, colors)
  return [
    `${colors.bold(state)}  ${printable(token)}`,
    ...difference,
    ...warnings.map((text) => colors.yellow(printable(`warning: ${text}`))),
    ...errors.map((text) => colors.red(printable(`error: ${text}`))),
  ]
}

function shown(config: JsonObject): string {
  return prettyJson(
    replaceSecrets(config, (value, text) => {
      const mark = createHmac("sha256", key)
        .update(`${typeof value}:${text}`)
        .digest("hex")
        .slice(0, 6)
      return `******${mark}`
    }),
  )
}

function named(tokens: readonly string[]): string {
  const first = tokens.slice(0, 20).map(printable).join(", ")
  return tokens.length > 20 ? `${first} and ${tokens.length - 20} more` : first
}
