/** Whether a text is a topic filter: `+` and `#` stand for whole levels, `#` at the end only. */
export function isTopicFilter(filter: string): boolean {
  const levels = plainFilter(filter).split("/")
  const isRight = (level: string, i: number) =>
    level === "+" || (level === "#" && i === levels.length - 1) || !/[+#\0]/.test(level)
  return filter !== "" && plainFilter(filter) !== "" && filter.length <= 65_535 && levels.every(isRight)
}

/** The filter inside a shared subscription, `$share/GROUP/FILTER`; any other as it is. */
export function plainFilter(filter: string): string {
  return /^\$share\/[^/+#]+\/(.*)$/s.exec(filter)?.[1] ?? filter
}

/** Topics that a filter selects. Wildcards do not select the first level of topics that begin with `$`. */
export class TopicFilter {
  readonly #levels: readonly string[]

  /** Of a text that {@link isTopicFilter}. */
  constructor(filter: string) {
    this.#levels = plainFilter(filter).split("/")
  }

  /** `levels`: those of a topic. */
  matches(levels: readonly string[]): boolean {
    const [first = ""] = this.#levels
    if (levels[0]?.startsWith("$") && (first === "+" || first === "#")) return false
    for (const [i, wanted] of this.#levels.entries()) {
      if (wanted === "#") return true
      const level = levels[i]
      if (level === undefined || (wanted !== "+" && wanted !== level)) return false
    }
    return levels.length === this.#levels.length
  }
}
