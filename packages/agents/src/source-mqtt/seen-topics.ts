import type { JsonObject } from "@metricq/client"
import { Payload } from "./payload.js"
import { TopicFilter } from "./topic-filter.js"

/** Topics, and numbers of one payload, that are looked at. */
const MAX_TOPICS = 10_000
const MAX_KEYS = 50
/** With more different last levels than this, the last level names the device and not what is measured. */
const MAX_KINDS = 20
const MAX_PAYLOAD = 64 * 1024

/** A topic with what its messages hold: the JSON keys that lead to numbers; none if the payload is one number. */
interface Seen {
  readonly levels: readonly string[]
  readonly paths: readonly (readonly string[])[]
  readonly shape: string
}

/** Topics that were seen, and the subscriptions that would take them. */
export class SeenTopics {
  /** Messages in which there is no number. */
  passedOver = 0
  readonly #prefix: string
  readonly #topics = new Map<string, Seen>()

  /** `prefix`: put before the names of metrics; may be empty. */
  constructor(prefix: string) {
    this.#prefix = prefix === "" ? "" : `${prefix}.`
  }

  /** Topics with numbers. */
  get count(): number {
    return this.#topics.size
  }

  add(topic: string, bytes: Buffer): void {
    if (this.#topics.has(topic)) return
    const paths = bytes.length > MAX_PAYLOAD || this.#topics.size >= MAX_TOPICS ? undefined : pathsOf(bytes)
    if (paths === undefined) this.passedOver += 1
    else this.#topics.set(topic, { levels: topic.split("/"), paths, shape: JSON.stringify(paths) })
  }

  /** As few subscriptions as take all of the topics, and nothing of another form that was seen. */
  subscriptions(): JsonObject[] {
    const seen = [...this.#topics.values()]
    return groupsOf(seen).flatMap((group) => {
      const levels = commonLevels(group)
      const filter = new TopicFilter(levels.join("/"))
      const isClean = seen.every((other) => other.shape === group[0]?.shape || !filter.matches(other.levels))
      return isClean ? this.#subscription(levels, group) : group.flatMap((one) => this.#subscription(one.levels, [one]))
    })
  }

  #subscription(levels: readonly string[], group: readonly Seen[]): JsonObject[] {
    const [{ paths } = { paths: [] }] = group
    const topic = levels.join("/")
    const name = `${this.#prefix}${levels.length > 1 || this.#prefix ? "{topic}" : "mqtt.{topic}"}`
    if (paths.length === 0) return [{ topic, name, unit: "" }]
    const values = paths.map((path) => [path.join("."), { json: jsonPath(path), unit: "" }])
    return [{ topic, name: `${name}.{value}`, values: Object.fromEntries(values) }]
  }
}

/** `undefined` if there are no numbers. */
function pathsOf(bytes: Buffer): (readonly string[])[] | undefined {
  const payload = new Payload(bytes)
  try {
    const paths = [...payload.numbers()].map(({ path }) => path)
    return paths.length === 0 ? undefined : paths.filter((path) => path.length > 0).slice(0, MAX_KEYS)
  } catch {
    return payload.text.trim() !== "" && Number.isFinite(Number(payload.text)) ? [] : undefined
  }
}

/** Topics of the same form, number of levels and last level; whatever the last level is, where there are very many of them. */
function groupsOf(seen: readonly Seen[]): Seen[][] {
  const byForm = grouped(seen, ({ levels, shape }) => `${levels.length} ${levels[0]?.startsWith("$")} ${shape}`)
  return byForm.flatMap((form) => {
    const byKind = grouped(form, ({ levels }) => levels.at(-1) ?? "")
    return byKind.length > MAX_KINDS ? [form] : byKind
  })
}

function grouped(seen: readonly Seen[], keyOf: (one: Seen) => string): Seen[][] {
  const groups = new Map<string, Seen[]>()
  for (const one of seen) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** `+` where the topics differ. */
function commonLevels(group: readonly Seen[]): string[] {
  const [first] = group
  return (first?.levels ?? []).map((level, i) => (group.every(({ levels }) => levels[i] === level) ? level : "+"))
}

/** The JSONPath to a value, by its keys. */
function jsonPath(path: readonly string[]): string {
  return `$${path.map((key) => (/^[A-Za-z_]\w*$/.test(key) ? `.${key}` : /^\d+$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`)).join("")}`
}
