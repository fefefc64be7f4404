import type { JsonObject, JsonValue } from "@metricq/client"

/** Of one document, so many problems are told. */
const MOST_PROBLEMS = 100
const MAX_DEPTH = 64
/** Places looked at; a schema could make them more than anybody can look at. What is beyond finds nothing. */
const MAX_STEPS = 200_000

/**
 * Check a document against a JSON Schema that comes from somebody else. Nothing of the schema is run: patterns are left out, and so are
 * keywords other than types, bounds, `required`, `enum`, `const`, `items`, `properties`, `additionalProperties`, `anyOf`, `oneOf`, `allOf`
 * and references within the schema. What is left out finds nothing.
 *
 * A line for each problem, beginning with its path: `hosts[0].port: expected a number`.
 */
export function checkAgainstSchema(document: JsonObject, schema: JsonObject): string[] {
  const problems: string[] = []
  visit({ root: schema, problems, steps: { left: MAX_STEPS } }, document, schema, "", 0)
  return problems.slice(0, MOST_PROBLEMS)
}

interface Run {
  readonly root: JsonObject
  readonly problems: string[]
  readonly steps: { left: number }
}

function visit(run: Run, value: JsonValue, given: JsonValue | undefined, path: string, depth: number): void {
  const schema = resolved(run.root, given)
  if (schema === undefined || depth > MAX_DEPTH || run.steps.left-- <= 0 || run.problems.length >= MOST_PROBLEMS) return
  const say = (expected: string) =>
    run.problems.push(`${path || "configuration"}: expected ${expected}, got ${shown(value)}`)
  if (!hasType(value, schema.type)) return void say(typeText(schema.type))
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => same(one, value)))
    return void say(`one of ${schema.enum.map(shown).join(", ").slice(0, 200)}`)
  if (schema.const !== undefined && !same(schema.const, value)) return void say(shown(schema.const))
  for (const part of listOf(schema.allOf)) visit(run, value, part, path, depth + 1)
  for (const any of [schema.anyOf, schema.oneOf]) {
    const options = listOf(any)
    if (options.length > 0 && !options.some((option) => fits(run, value, option, depth + 1))) {
      return void say(options.map((option) => typeText(resolved(run.root, option)?.type)).join(" or "))
    }
  }
  const bound = boundText(value, schema)
  if (bound !== undefined) return void say(bound)
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      visit(run, item, schema.items, `${path}[${i}]`, depth + 1)
    })
  } else if (isObject(value)) visitKeys(run, value, schema, path, depth)
}

function visitKeys(run: Run, value: JsonObject, schema: JsonObject, path: string, depth: number): void {
  const properties = isObject(schema.properties) ? schema.properties : {}
  for (const key of listOf(schema.required)) {
    if (typeof key === "string" && !Object.hasOwn(value, key)) run.problems.push(`${below(path, key)}: it is missing`)
  }
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    const own = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties
    if (own === false) run.problems.push(`${below(path, key)}: unknown key`)
    else visit(run, item, own, below(path, key), depth + 1)
  }
}

function fits({ root, steps }: Run, value: JsonValue, schema: JsonValue | undefined, depth: number): boolean {
  const problems: string[] = []
  visit({ root, problems, steps }, value, schema, "", depth)
  return problems.length === 0
}

/** The schema itself, or what it refers to; undefined for what is none. */
function resolved(root: JsonObject, schema: JsonValue | undefined): JsonObject | undefined {
  let found = schema
  for (let steps = 0; steps < 8; steps++) {
    if (!isObject(found)) return undefined
    if (typeof found.$ref !== "string") return found
    if (!found.$ref.startsWith("#")) return undefined
    const parts = found.$ref.slice(1).split("/").filter(Boolean)
    found = parts.reduce<JsonValue | undefined>((at, part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~")
      return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
    }, root)
  }
  return undefined
}

function hasType(value: JsonValue, type: JsonValue | undefined): boolean {
  const types = Array.isArray(type) ? type : [type]
  return types.some((one) => {
    if (one === "integer") return Number.isInteger(value)
    if (one === "array") return Array.isArray(value)
    if (one === "object") return isObject(value)
    if (one === "null") return value === null
    return typeof one === "string" && ["string", "number", "boolean"].includes(one) ? typeof value === one : true
  })
}

const names: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  string: "a string",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
}

function typeText(type: JsonValue | undefined): string {
  const types = Array.isArray(type) ? type : [type]
  return types.map((one) => names[String(one)] ?? "something else").join(" or ")
}

/** The bound that a value does not keep; undefined if it keeps all. */
function boundText(value: JsonValue, schema: JsonObject): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, minItems } = schema
  const is = (bound: JsonValue | undefined): bound is number => typeof bound === "number"
  if (typeof value === "number") {
    if (is(minimum) && value < minimum) return `a number ≥ ${minimum}`
    if (is(exclusiveMinimum) && value <= exclusiveMinimum) return `a number > ${exclusiveMinimum}`
    if (is(maximum) && value > maximum) return `a number ≤ ${maximum}`
    if (is(exclusiveMaximum) && value >= exclusiveMaximum) return `a number < ${exclusiveMaximum}`
  }
  if (typeof value === "string" && is(minLength) && value.length < minLength)
    return minLength === 1 ? "a string that is not empty" : `a string of ${minLength} characters or more`
  if (Array.isArray(value) && is(minItems) && value.length < minItems) return `a list of ${minItems} or more`
  return undefined
}

function below(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === "" ? key : `${path}.${key}`
}

function shown(value: JsonValue): string {
  if (Array.isArray(value)) return "a list"
  return isObject(value) ? "an object" : JSON.stringify(value).slice(0, 60)
}

function same(a: JsonValue, b: JsonValue): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
