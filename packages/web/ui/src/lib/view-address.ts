import { type AxisSetting, readAxis, writeAxis } from "./axis-setting.js"
import { COLOURS } from "./colours.js"

/** A metric of a view, with what differs from the usual. */
export interface Chosen {
  name: string
  /** What values are multiplied by; 1 if not given. */
  factor?: number
  hidden?: boolean
  /** Colour slot, if it is not the name's own. */
  slot?: number
}

/** All that an address of Explore says. */
export interface ViewAddress {
  /** A typed time: relative, or ms since 1970. */
  from: string
  to: string
  metrics: Chosen[]
  live?: boolean
  /** IANA name of a zone, if the view is not in the reader's own. */
  zone?: string
  /** How far back the period lies that the view is compared with: `1d`, `1w`. */
  compare?: string
  /** Value axes that do not follow the data, by unit. */
  axes?: Map<string, AxisSetting>
  /** Instants between which is measured, ms since 1970. */
  marks?: { a?: number; b?: number }
}

/** As many metrics as one view takes; more in an address are left out. */
export const MOST_METRICS = 50

const ATTRIBUTE = /~(?:(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(hidden)|c(\d{1,2}))$/i

/** The query of an address, without `?`: `from=now-6h&to=now&m=lab.power&m=lab.temperature~10~hidden`. */
export function writeAddress(view: ViewAddress): string {
  const query = new URLSearchParams({ from: view.from, to: view.to })
  if (view.live) query.set("live", "1")
  if (view.zone) query.set("zone", view.zone)
  if (view.compare) query.set("compare", view.compare)
  for (const [unit, axis] of view.axes ?? []) query.append("y", `${writeAxis(axis)}~${unit}`)
  for (const name of ["a", "b"] as const) {
    const time = view.marks?.[name]
    if (time !== undefined) query.set(name, timeDigits(time))
  }
  for (const metric of view.metrics) query.append("m", writeMetric(metric))
  return query.toString().replaceAll("%7E", "~").replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")
}

/** Up to a microsecond, which is what a number of ms can tell. */
function timeDigits(ms: number): string {
  return String(Number(ms.toFixed(3)))
}

function writeMetric({ name, factor, hidden, slot }: Chosen): string {
  const parts = [name]
  if (factor !== undefined && factor !== 1) parts.push(String(factor))
  if (hidden) parts.push("hidden")
  if (slot !== undefined) parts.push(`c${slot}`)
  return parts.join("~")
}

/** Read what {@link writeAddress} wrote; what is missing or makes no sense has its default: the last hour, followed live. */
export function readAddress(text: string): ViewAddress {
  const query = new URLSearchParams(text)
  const names = query.getAll("m").filter((name) => name !== "")
  const view: ViewAddress = {
    from: query.get("from") || "now-1h",
    to: query.get("to") || "now",
    metrics: unique(names.map(readMetric)).slice(0, MOST_METRICS),
    live: query.has("from") ? query.get("live") === "1" : true,
  }
  const zone = query.get("zone")
  if (zone) view.zone = zone
  const compare = query.get("compare")
  if (compare && /^\d+[hdwMy]$/.test(compare)) view.compare = compare
  const axes = new Map(
    query
      .getAll("y")
      .slice(0, MOST_METRICS)
      .map(readUnitAxis)
      .filter(([, axis]) => writeAxis(axis)),
  )
  if (axes.size > 0) view.axes = axes
  const [a, b] = [readTime(query.get("a")), readTime(query.get("b"))]
  if (a !== undefined || b !== undefined) {
    view.marks = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }
  }
  return view
}

/** `100..200~W`: what is behind the first tilde is the unit, which may be empty. */
function readUnitAxis(text: string): [string, AxisSetting] {
  const at = text.indexOf("~")
  return at < 0 ? [text, {}] : [text.slice(at + 1), readAxis(text.slice(0, at))]
}

function readTime(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function readMetric(text: string): Chosen {
  const chosen: Chosen = { name: text }
  for (;;) {
    const match = ATTRIBUTE.exec(chosen.name)
    if (!match || match.index === 0) return chosen
    chosen.name = chosen.name.slice(0, match.index)
    if (match[1] !== undefined) chosen.factor = Number(match[1])
    else if (match[2] !== undefined) chosen.hidden = true
    else if (Number(match[3]) < COLOURS) chosen.slot = Number(match[3])
  }
}

function unique(metrics: Chosen[]): Chosen[] {
  return [...new Map(metrics.map((metric) => [metric.name, metric])).values()]
}
