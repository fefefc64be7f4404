import { DataError, type JsonObject, type JsonValue, Timedelta } from "@metricq/client"
import { NameTemplate } from "./name-template.js"
import { isObject, metricOf, refuse } from "./request.js"
import { type FunctionName, functionNames } from "./series.js"

/** A metric of a query, and what is wanted of it. */
export interface Target {
  readonly metric: string
  /** In the order of the answer; what is asked for twice comes twice. */
  readonly functions: readonly FunctionName[]
  /** Of the function `sma`; undefined without it. */
  readonly windowNs: bigint | undefined
  readonly name: NameTemplate
  /** Every value is multiplied by it. */
  readonly factor: number
}

/** @throws {WebError} for a target that makes no sense */
export function targetOf(value: JsonValue): Target {
  if (!isObject(value)) throw refuse("a target is an object")
  const windowNs = windowOf(value.smaWindow ?? value.sma_window)
  const { name } = value
  return {
    metric: metricOf(value.metric),
    functions: functionsOf(value.functions, windowNs !== undefined),
    windowNs,
    name: new NameTemplate(typeof name === "string" && name !== "" ? name : "$metric/$function"),
    factor: factorOf(value),
  }
}

/** `sma` without a window is dropped, as is an empty list: then it is the mean. */
function functionsOf(wanted: JsonValue | undefined, hasWindow: boolean): readonly FunctionName[] {
  const list = wanted === undefined ? [] : wanted
  if (!Array.isArray(list)) throw refuse("functions is a list")
  const functions: FunctionName[] = []
  for (const name of list) {
    const known = functionNames.find((one) => one === name)
    if (known === undefined) throw refuse(`functions are ${functionNames.join(", ")}`)
    if (known !== "sma" || hasWindow) functions.push(known)
  }
  if (functions.length === 0) return ["avg"]
  return functions.sort((a, b) => functionNames.indexOf(a) - functionNames.indexOf(b))
}

/** What is no text does not count as a window: webview sends null. */
function windowOf(text: JsonValue | undefined): bigint | undefined {
  if (typeof text !== "string") return undefined
  try {
    const { ns } = Timedelta.parse(text)
    if (ns > 0n) return ns
  } catch (error) {
    if (!(error instanceof DataError)) throw error
  }
  throw refuse("smaWindow is no duration above zero")
}

function factorOf(target: JsonObject): number {
  const factor = target.scalingFactor ?? target.scaling_factor ?? 1
  const number = typeof factor === "string" && factor.trim() !== "" ? Number(factor) : factor
  if (typeof number === "number" && Number.isFinite(number)) return number
  throw refuse("scalingFactor is no number")
}
