import { closest } from "./closest.js"
import { ConfigError } from "./config-error.js"
import { type ConfigPath, pathText, valueAt, valueText } from "./config-path.js"
import type { ConfigSchema, SchemaIssue } from "./config-schema.js"
import { alternatives, elementSchema, expectation, keySchema, type SchemaNode, treeOf } from "./schema-tree.js"

/** A configuration that passed, with defaults filled in, and what is odd about the document. */
export interface CheckedConfig<Config> {
  readonly config: Config
  /** A line for each key that the kind does not know; such keys stay in `config`. */
  readonly warnings: readonly string[]
}

/** What a configuration is checked against. */
export interface ConfigKind<Config> {
  /** What errors call it. */
  readonly name: string
  readonly schema: ConfigSchema<Config>
  /** Whether a key that the schema does not know is right in this document, as it is one whose name the document itself tells. */
  foreseesKey?(key: string, document: unknown): boolean
}

/**
 * Checks a document against the schema of a kind. The document is not changed.
 *
 * Unknown keys are warned about, at any depth; not those that belong to others: `x-metricq…`, and at the top what begins with `_`.
 *
 * @throws {ConfigError} naming each path with what is expected and what is there
 */
export function checkConfig<Config>(kind: ConfigKind<Config>, document: unknown): CheckedConfig<Config> {
  const result = kind.schema.safeParse(document)
  const tree = treeOf(kind.schema)
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], tree, document))
    throw new ConfigError(kind.name, [...new Set(problems)], { cause: result.error })
  }
  const isForeseen = (key: string) => kind.foreseesKey?.(key, document) ?? false
  return { config: result.data, warnings: unknownKeys(tree, document, [], isForeseen) }
}

function problemsOf(issue: SchemaIssue, above: ConfigPath, tree: SchemaNode, document: unknown): string[] {
  const path = [...above, ...(issue.path as (string | number)[])]
  const inside = issue.code === "invalid_union" ? bestAlternative(issue.errors ?? []) : undefined
  if (inside !== undefined) return inside.flatMap((nested) => problemsOf(nested, path, tree, document))
  if (issue.code === "invalid_key") {
    const [key, ...others] = issue.issues ?? []
    const wanted = key?.code === "custom" && others.length === 0 ? key.message : "another name"
    return [`${pathText(path.slice(0, -1))}: expected ${wanted} as a key, got ${valueText(path.at(-1), [])}`]
  }
  const value = valueAt(document, path)
  return [`${pathText(path)}: expected ${expected(issue, path, tree, document)}, got ${valueText(value, path)}`]
}

/** Of a union, the one alternative that has the right type and is wrong further inside. */
function bestAlternative(errors: readonly (readonly SchemaIssue[])[]): readonly SchemaIssue[] | undefined {
  const deep = errors.filter((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0))
  return deep.length === 1 ? deep[0] : undefined
}

function expected(issue: SchemaIssue, path: ConfigPath, tree: SchemaNode, document: unknown): string {
  if (issue.code === "custom") return issue.message
  if (issue.code === "unrecognized_keys") return `no key ${issue.keys?.map((key) => JSON.stringify(key)).join(", ")}`
  const node = schemaAt(tree, path, document)
  return node === undefined ? issue.message : expectation(node)
}

function schemaAt(tree: SchemaNode, path: ConfigPath, document: unknown): SchemaNode | undefined {
  const [part, ...rest] = path
  if (part === undefined) return tree
  for (const node of alternatives(tree)) {
    const next = typeof part === "number" ? elementSchema(node, part) : keySchema(node, part)
    const found = next && schemaAt(next, rest, document)
    if (found !== undefined) return found
  }
  return undefined
}

type KeyTest = (key: string) => boolean

function unknownKeys(schema: SchemaNode, value: unknown, path: ConfigPath, isForeseen: KeyTest): string[] {
  if (typeof value !== "object" || value === null) return []
  const nodes = alternatives(schema)
  if (Array.isArray(value)) {
    return value.flatMap((element, i) =>
      inAny(
        nodes.map((node) => elementSchema(node, i)),
        element,
        [...path, i],
        isForeseen,
      ),
    )
  }
  const objects = nodes.filter(({ _zod }) => _zod.def.type === "object" || _zod.def.type === "record")
  if (objects.length === 0) return []
  return Object.entries(value).flatMap(([key, inside]) => {
    const known = objects.map((node) => keySchema(node, key))
    if (known.some((node) => node !== undefined)) return inAny(known, inside, [...path, key], isForeseen)
    return isOthers(key, path) || isForeseen(key) ? [] : [unknownKey(key, path, objects)]
  })
}

/** What is unknown to all of the schemas that a value may have. */
function inAny(
  schemas: readonly (SchemaNode | undefined)[],
  value: unknown,
  path: ConfigPath,
  isForeseen: KeyTest,
): string[] {
  const found = schemas.flatMap((schema) =>
    schema === undefined ? [] : [unknownKeys(schema, value, path, isForeseen)],
  )
  const [first = [], ...others] = found
  return first.filter((warning) => others.every((warnings) => warnings.includes(warning)))
}

/** Keys that the manager, the web pages and the document store put into a configuration. */
function isOthers(key: string, path: ConfigPath): boolean {
  return key.startsWith("x-metricq") || (path.length === 0 && key.startsWith("_"))
}

function unknownKey(key: string, path: ConfigPath, objects: readonly SchemaNode[]): string {
  const known = objects.flatMap(({ _zod }) => Object.keys(_zod.def.shape ?? {}))
  const near = closest(key, known)
  return `${pathText([...path, key])}: unknown key${near === undefined ? "" : `, did you mean ${JSON.stringify(near)}?`}`
}
