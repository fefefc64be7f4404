import type { JsonObject, JsonValue } from "@metricq/client"

/** What the configuration of a transformer says of what it makes of what. */
export interface Derivations {
  /** Inputs of each output, each once, in their order. */
  readonly inputs: ReadonlyMap<string, readonly string[]>
  /** Outputs that use an input. */
  readonly outputs: ReadonlyMap<string, readonly string[]>
}

/** Deeper expressions are not looked into. */
const MAX_DEPTH = 200

/**
 * Reads what can be read of a transformer's configuration: `metrics` with, for each output, an `expression` (a metric, a number, or an
 * operation with `left` and `right`, `inputs` or `input`) as combinators have it, or the `source` of an aggregator. Outputs of which it says
 * nothing are missing.
 */
export function readDerivations(config: JsonObject): Derivations {
  const inputs = new Map<string, string[]>()
  const outputs = new Map<string, string[]>()
  for (const [output, entry] of Object.entries(isObject(config.metrics) ? config.metrics : {})) {
    if (!isObject(entry)) continue
    const found = new Set<string>()
    if (entry.expression !== undefined) collect(entry.expression, found, 0)
    else if (typeof entry.source === "string") found.add(entry.source)
    if (found.size === 0) continue
    inputs.set(output, [...found])
    for (const input of found) {
      const using = outputs.get(input)
      if (using) using.push(output)
      else outputs.set(input, [output])
    }
  }
  return { inputs, outputs }
}

function collect(expression: JsonValue, found: Set<string>, depth: number): void {
  if (typeof expression === "string") found.add(expression)
  else if (isObject(expression) && depth < MAX_DEPTH) {
    const { left, right, input, inputs } = expression
    const operands = [left, right, input, ...(Array.isArray(inputs) ? inputs : [])]
    for (const operand of operands) if (operand !== undefined) collect(operand, found, depth + 1)
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
