import { type CombinatorExpression, combinatorInputs, combinatorValue } from "@metricq/protocol"

/** Means of a metric by time, each holding from the time before it to its own; times in milliseconds, null for gaps. */
export interface PreviewLine {
  readonly times: readonly number[]
  readonly mean: readonly (number | null)[]
}

type Definitions = ReadonlyMap<string, CombinatorExpression>

/** The metrics that have to be there for a formula: its inputs, and instead of those that the document makes itself theirs. */
export function sourcesOf(expression: CombinatorExpression, definitions: Definitions): string[] {
  const sources = new Set<string>()
  const seen = new Set<string>()
  const walk = (node: CombinatorExpression) => {
    for (const input of combinatorInputs(node)) {
      const own = definitions.get(input)
      if (own === undefined) sources.add(input)
      else if (!seen.has(input)) {
        seen.add(input)
        walk(own)
      }
    }
  }
  walk(expression)
  return [...sources]
}

/** The value of a formula from those of its sources; undefined as long as one is missing. The document must have no circle. */
export function previewValue(
  expression: CombinatorExpression,
  definitions: Definitions,
  currentOf: (source: string) => number | undefined,
): number | undefined {
  const computed = new Map<string, number | undefined>()
  const value = (name: string): number | undefined => {
    const own = definitions.get(name)
    if (own === undefined) return currentOf(name)
    if (!computed.has(name)) computed.set(name, combinatorValue(own, value))
    return computed.get(name)
  }
  return combinatorValue(expression, value)
}

/**
 * The course of a formula from the courses of its sources: at each of their times, from what holds then; null where one has nothing. It is an
 * estimate as fine as the means are. The document must have no circle.
 */
export function previewLine(
  expression: CombinatorExpression,
  definitions: Definitions,
  lineOf: (source: string) => PreviewLine | undefined,
): PreviewLine {
  const lines = new Map(sourcesOf(expression, definitions).map((name) => [name, lineOf(name)] as const))
  const times = [...new Set([...lines.values()].flatMap((line) => line?.times ?? []))].sort((a, b) => a - b)
  const places = new Map<string, number>()
  const mean = times.map((time) => {
    const currentOf = (name: string) => {
      const line = lines.get(name)
      if (line === undefined) return undefined
      let place = places.get(name) ?? 0
      while (place < line.times.length && line.times[place]! < time) place++
      places.set(name, place)
      return line.mean[place] ?? undefined
    }
    const value = previewValue(expression, definitions, currentOf)
    return value !== undefined && Number.isFinite(value) ? value : null
  })
  return { times, mean }
}
