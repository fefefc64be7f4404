import type { JsonObject } from "@metricq/client"
import { AnswerBudget, PAGE_REMEDY } from "../answer-budget.js"
import { optionalBoolean, optionalInteger, optionalText, textList } from "../arguments.js"
import type { MetricSelection } from "../metrics/metric-catalog.js"
import { parsePattern } from "../metrics/pattern.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { metadataDocument } from "./documents.js"

/** The questions for metrics. */
export function getMetricsFunctions(services: Services): FunctionGroup {
  return {
    get_metrics: (args) => getMetrics(services, args),
    "history.get_metrics": (args) => getMetrics(services, args),
    "history.get_metric_list": async () => ({
      metric_list: await services.catalog.select({}, new AnswerBudget(`use get_metrics, and ${PAGE_REMEDY}`)),
    }),
  }
}

async function getMetrics({ catalog }: Services, args: JsonObject): Promise<JsonObject> {
  const format = args.format ?? "array"
  if (format !== "array" && format !== "object") {
    throw new RequestError(`unknown format requested: ${typeof format === "string" ? format : JSON.stringify(format)}`)
  }
  const selection = selectionOf(args)
  const budget = new AnswerBudget(PAGE_REMEDY)
  if (format === "array") return { metrics: await catalog.select(selection, budget) }
  const documents = await catalog.documents(selection, budget)
  return { metrics: Object.fromEntries(documents.map((document) => [document.id, metadataDocument(document)])) }
}

function selectionOf(args: JsonObject): MetricSelection {
  const prefix = optionalText(args, "prefix")
  const infix = optionalText(args, "infix")
  const selector = selectorOf(args)
  if (selector && (prefix !== undefined || infix !== undefined)) {
    throw new RequestError('cannot get_metrics with both "selector" and "prefix" or "infix".')
  }
  if (prefix !== undefined && infix !== undefined) {
    throw new RequestError('cannot get_metrics with both "prefix" and "infix"')
  }
  return {
    ...selector,
    prefix,
    infix,
    historic: optionalBoolean(args, "historic"),
    hidden: optionalBoolean(args, "hidden"),
    limit: optionalInteger(args, "limit"),
    after: optionalText(args, "after"),
  }
}

/** A string is a regular expression, a list are exact names. @throws {RequestError} */
export function selectorOf(args: JsonObject): Pick<MetricSelection, "names" | "pattern"> | undefined {
  const { selector } = args
  if (selector === undefined || selector === null) return undefined
  if (typeof selector === "string") return { pattern: parsePattern(selector) }
  if (!Array.isArray(selector))
    throw new RequestError("Invalid selector type: supported are a string and a list of names")
  if (selector.length === 0) throw new RequestError("Empty selector list")
  return { names: textList(args, "selector") }
}
