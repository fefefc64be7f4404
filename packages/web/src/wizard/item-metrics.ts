import type { JsonObject, JsonValue } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { type FormField, fieldOf, readField } from "./form.js"
import { isObject } from "./is-object.js"
import type { SourceForm } from "./source-form.js"

/** A metric of a config item: where its entry is within the item, and the entry. */
export interface ItemMetric {
  readonly id: string
  readonly path: readonly (string | number)[]
  readonly entry: JsonObject
}

/** What the page sends for a metric that is to be there. */
export interface ChosenMetric {
  readonly id: string
  /** Values of the columns, each as the form of one field, `_`. */
  readonly customColumnsValues?: Readonly<Record<string, JsonObject | null>> | null
}

/** Columns of the table, and how deep metrics are looked for, such as in groups. */
const MAX_COLUMNS = 8
const MAX_DEPTH = 4

/** The metrics that stand in a config item, in its order; for an item that is a metric, that one. */
export function metricsOf(form: SourceForm, id: string, item: JsonObject): ItemMetric[] {
  if (form.items?.key === "metrics") return [{ id, path: [], entry: item }]
  const found: ItemMetric[] = []
  const look = (node: JsonValue, path: readonly (string | number)[]): void => {
    if (path.length > MAX_DEPTH) return
    if (Array.isArray(node)) {
      node.forEach((one, i) => {
        look(one, [...path, i])
      })
    } else if (isObject(node)) {
      for (const [key, value] of Object.entries(node)) {
        if (key !== "metrics" || !isObject(value)) look(value ?? null, [...path, key])
        else found.push(...entriesOf(value, [...path, key]))
      }
    }
  }
  look(item, [])
  const count = new Map<string, number>()
  for (const one of found) count.set(one.id, (count.get(one.id) ?? 0) + 1)
  return found.map((one) => (count.get(one.id) === 1 ? one : { ...one, id: one.path.join(".") }))
}

function entriesOf(metrics: JsonObject, path: readonly (string | number)[]): ItemMetric[] {
  return Object.entries(metrics).flatMap(([id, entry]) => (isObject(entry) ? [{ id, path: [...path, id], entry }] : []))
}

/** The table of the page: what metrics say in texts, numbers and switches. `isActive` tells those that are there. */
export function metricTable(form: SourceForm, metrics: readonly (ItemMetric & { readonly isActive: boolean })[]) {
  const columns = columnsOf(metrics)
  return {
    columns: Object.fromEntries(columns.map((key) => [key, key])),
    metrics: metrics.map((metric) => ({
      ...{ id: metric.id, isActive: metric.isActive },
      customColumns: Object.fromEntries(columns.map((key) => [key, { _: cell(form, metric, key) }])),
    })),
  }
}

/** A metric with what was written into its columns. */
export function withColumns(form: SourceForm, metric: ItemMetric, { customColumnsValues }: ChosenMetric): ItemMetric {
  const entry = new Map(Object.entries(metric.entry))
  for (const [key, column] of Object.entries(customColumnsValues ?? {})) {
    const value = column?._
    if (value !== undefined && value !== null && value !== "") entry.set(key, readField(cell(form, metric, key), value))
    else if (value === "" || value === null) entry.delete(key)
  }
  return { ...metric, entry: Object.fromEntries(entry) }
}

/**
 * The item with these metrics, each at its place, and without the others.
 *
 * @throws {WebError} `item` (409) if that would leave nothing of it
 */
export function withMetrics(item: JsonObject, kept: readonly ItemMetric[], others: readonly ItemMetric[]): JsonObject {
  let changed: JsonObject = item
  for (const { path } of others) {
    if (path.length === 0) throw new WebError("item", "this is a metric: delete it from the list", { status: 409 })
    changed = replaced(changed, path, undefined) as JsonObject
  }
  for (const { path, entry } of kept) changed = replaced(changed, path, entry) as JsonObject
  return changed
}

function columnsOf(metrics: readonly ItemMetric[]): string[] {
  const keys = metrics.flatMap(({ entry }) => Object.keys(entry).filter((key) => typeof entry[key] !== "object"))
  return [...new Set(keys)].slice(0, MAX_COLUMNS)
}

function cell({ view, items }: SourceForm, { path, entry }: ItemMetric, key: string): FormField {
  let schema = items?.schema
  for (const step of [...path, key]) schema = view.below(schema, step)
  const value = entry[key]
  const field = fieldOf(view, key, schema, typeof value === "object" ? undefined : value)
  // A field called "_" has no label if it says none: the column has it.
  return { ...(field ?? { type: "StringField" }), label: "" }
}

/** A copy with something else at a path, or nothing. */
function replaced(node: JsonValue | undefined, path: readonly (string | number)[], value?: JsonValue): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return value as JsonValue
  if (Array.isArray(node) && typeof step === "number") {
    return node.map((one, i) => (i === step ? replaced(one, rest, value) : one))
  }
  const object = isObject(node) ? node : {}
  if (rest.length > 0) return { ...object, [step]: replaced(object[step], rest, value) }
  const { [step]: _, ...others } = object
  return value === undefined ? others : { ...object, [step]: value }
}
