import { type JsonObject, Timestamp } from "@metricq/protocol"
import { formatSpan } from "../terminal/numbers.js"
import type { Column } from "../terminal/table.js"

/** Columns of the table of clients. */
export const discoverColumns: readonly Column[] = [
  { title: "token" },
  { title: "host" },
  { title: "up", align: "right" },
  { title: "version" },
  { title: "library" },
  { title: "note" },
]

/** One client of the network by its own answer to `discover`, which may have anything in any place. */
export function discoverRow(token: string, answer: JsonObject): string[] {
  const notes = [
    answer.alive === true || answer.error ? "" : "not alive",
    answer.error ? `error: ${show(answer.error)}` : "",
  ]
  return [
    token,
    show(answer.hostname),
    uptimeOf(answer),
    show(answer.version),
    show(answer.metricqVersion),
    notes.filter((text) => text !== "").join(", "),
  ]
}

/** From the two times in the answer; without them from `uptime`, of which Python has nanoseconds and C++ seconds. */
function uptimeOf({ uptime, currentTime, startingTime }: JsonObject): string {
  const now = parseTime(currentTime)
  const start = parseTime(startingTime)
  if (now && start) return formatSpan(now.minus(start).s)
  if (typeof uptime !== "number") return ""
  return formatSpan(uptime < 1e9 ? uptime : uptime / 1e9)
}

function parseTime(text: unknown): Timestamp | undefined {
  try {
    return typeof text === "string" ? Timestamp.fromIso(text) : undefined
  } catch {
    return undefined
  }
}

function show(value: unknown): string {
  if (value === undefined || value === null) return ""
  return typeof value === "string" ? value : JSON.stringify(value)
}
