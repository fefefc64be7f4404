import {
  type CombinatorExpression,
  DataError,
  FormulaError,
  parseFormula,
  printFormula,
  readCombinatorExpression,
} from "@metricq/protocol"

/** A combined metric of a document. */
export interface Formula {
  /** Name of the metric it makes. */
  name: string
  /** Its expression, and that as text; undefined if it is none, and `problem` says why. */
  expression: CombinatorExpression | undefined
  text: string
  problem: string | undefined
}

/** The combined metrics of a document, `metrics.NAME.expression`, in its order; undefined for documents without any. */
export function formulasOf(document: unknown): Formula[] | undefined {
  const metrics = isObject(document) ? document.metrics : undefined
  if (!isObject(metrics)) return undefined
  const entries = Object.entries(metrics).filter(([, metric]) => isObject(metric) && metric.expression !== undefined)
  if (entries.length === 0) return undefined
  return entries.map(([name, metric]) => formulaOf(name, (metric as Record<string, unknown>).expression))
}

function formulaOf(name: string, value: unknown): Formula {
  try {
    const expression = readCombinatorExpression(value)
    return { name, expression, text: printFormula(expression), problem: undefined }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return { name, expression: undefined, text: "", problem: error.message }
  }
}

/** What is typed, as an expression or as what is wrong with it. */
export type TypedFormula = { expression: CombinatorExpression } | { error: FormulaError }

export function readFormula(text: string): TypedFormula {
  try {
    return { expression: parseFormula(text) }
  } catch (error) {
    if (error instanceof FormulaError) return { error }
    throw error
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
