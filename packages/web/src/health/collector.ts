import { type Detection, type FindingKind, findingId, subjectName } from "./finding.js"
import type { MetricGroup, MetricObservation, MetricRule } from "./observation.js"
import { goneClient } from "./rules/gone.js"

/** More metrics of a client with the same are one finding; or all of them, from so many on. */
const MOST_SINGLE = 20
const FEWEST_ALL = 3
/** A group stays one until there are so few. */
const GROUP_STAYS = 10
/** Metrics named with a group. */
const EXAMPLES = 10

/** What the metrics of one client have of one kind. */
interface Members {
  readonly kind: FindingKind
  readonly client: string
  readonly rule: MetricRule
  count: number
  first: Detection
  readonly some: Detection[]
  readonly examples: string[]
}

/** Gathers what rules find in metrics, and makes one finding of many alike. Its memory does not grow with the number of metrics. */
export class Collector {
  /** Groups of the sweep before: `kind client`. */
  #groups = new Set<string>()
  #members = new Map<string, Members>()
  /** Metrics of a client that were looked at. */
  #looked = new Map<string, number>()
  #alone: Detection[] = []
  #unknown = new Set<string>()
  /** `kind client`: of how many of its metrics nothing can be told. */
  #unknownOf = new Map<string, number>()
  #unknownGroups: ReadonlySet<string> = new Set()

  /** A sweep begins. */
  begin(): void {
    this.#members = new Map()
    this.#looked = new Map()
    this.#alone = []
    this.#unknown = new Set()
    this.#unknownOf = new Map()
    this.#unknownGroups = new Set()
  }

  /** A metric is looked at. */
  look({ source }: MetricObservation): void {
    this.#looked.set(source, (this.#looked.get(source) ?? 0) + 1)
  }

  /** A rule has found something. */
  add(rule: MetricRule, detection: Detection): void {
    const client = detection.source ?? ""
    if (client === "") {
      if (this.#alone.length < MOST_ALONE) this.#alone.push(detection)
      return
    }
    const key = `${detection.kind} ${client}`
    const members = this.#members.get(key)
    if (members === undefined) {
      const { kind } = detection
      const examples = [subjectName(detection.subject)]
      this.#members.set(key, { kind, client, rule, count: 1, first: detection, some: [detection], examples })
      return
    }
    members.count++
    members.first = merged(members.first, detection)
    if (members.some.length <= MOST_SINGLE) members.some.push(detection)
    if (members.examples.length < EXAMPLES) members.examples.push(subjectName(detection.subject))
  }

  /** A rule cannot tell of a metric. `isOpen` says whether that matters: whether there is a finding of an id. */
  addUnknown({ kind }: MetricRule, { name, source }: MetricObservation, isOpen: (id: string) => boolean): void {
    const id = findingId(kind, { metric: name })
    if (isOpen(id)) this.#unknown.add(id)
    const key = `${kind} ${source}`
    if (source !== "") this.#unknownOf.set(key, (this.#unknownOf.get(key) ?? 0) + 1)
  }

  /** Everything found. `isUp` says whether a client answers; undefined if nobody knows. */
  detections(isUp: (client: string) => boolean | undefined): Detection[] {
    const found = [...this.#alone]
    const groups = new Set<string>()
    for (const [key, members] of this.#members) {
      if (members.kind === "silent" && isUp(members.client) === false) found.push(goneClient(groupOf(members)))
      else if (this.#isGroup(key, members)) {
        groups.add(key)
        found.push(members.rule.group(groupOf(members)))
      } else found.push(...members.some)
    }
    this.#unknownGroups = this.#undecided()
    this.#groups = groups
    return found
  }

  /** Whether nothing could be told about what an id stands for; asked after {@link Collector.detections}. */
  isUnknown(id: string): boolean {
    return this.#unknown.has(id) || this.#unknownGroups.has(id)
  }

  /** Ids of groups that there may be: there are enough metrics of which nothing can be told. */
  #undecided(): Set<string> {
    const ids = new Set<string>()
    for (const [key, unknown] of this.#unknownOf) {
      const at = key.indexOf(" ")
      const [kind, client] = [key.slice(0, at) as FindingKind, key.slice(at + 1)]
      const count = unknown + (this.#members.get(key)?.count ?? 0)
      if (this.#isGroup(key, { count, client })) ids.add(findingId(kind, { client }))
      if (kind === "silent") ids.add(findingId("gone", { client }))
    }
    return ids
  }

  #isGroup(key: string, { count, client }: Pick<Members, "count" | "client">): boolean {
    if (count > MOST_SINGLE) return true
    if (count >= FEWEST_ALL && count === this.#looked.get(client)) return true
    return this.#groups.has(key) && count >= GROUP_STAYS
  }
}

/** Findings of metrics that nobody declares. */
const MOST_ALONE = 5000

function groupOf({ client, count, examples, first }: Members): MetricGroup {
  return { client, count, examples: examples.toSorted(), first }
}

/** What stands for both: the worse severity, the earlier begin. */
function merged(a: Detection, b: Detection): Detection {
  const sinceMs = Math.min(a.sinceMs ?? Number.POSITIVE_INFINITY, b.sinceMs ?? Number.POSITIVE_INFINITY)
  const severity = a.severity === "warning" || b.severity === "info" ? a.severity : b.severity
  const { fix: _, sinceMs: _since, ...common } = a
  return {
    ...common,
    severity,
    ...(Number.isFinite(sinceMs) ? { sinceMs } : {}),
    ...(a.fix !== undefined && a.fix === b.fix ? { fix: a.fix } : {}),
  }
}
