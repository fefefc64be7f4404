import type { FastifySchema } from "fastify"
import type { Description, Descriptions } from "./description.js"
import { errorSchema } from "./descriptions/error.js"
import type { BookedRoute } from "./route-book.js"
import type { Schema } from "./schema-helpers.js"

/** What the API is called and where it is. */
export interface ApiInfo {
  readonly version: string
  /** Path of the API, without a slash at its end. */
  readonly path: string
  /** Name of the cookie of sessions. */
  readonly cookie: string
  readonly descriptions: Descriptions
  readonly tags: Readonly<Record<string, string>>
}

/** An operation of an OpenAPI document. */
export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
  /** Empty where nobody needs to say who they are; else as the document's. */
  readonly security?: readonly []
  readonly "x-needs": string
}

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string
  readonly in: "path" | "query"
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>

/** An OpenAPI document, as far as it is made here. */
export interface OpenApi {
  readonly openapi: "3.1.0"
  readonly info: {
    readonly title: string
    readonly version: string
    readonly description: string
    readonly license: object
  }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object }
}

/** They follow from the others. */
const undescribed = new Set(["HEAD", "OPTIONS"])

/** Describe those of the routes that are below the path of the API. */
export function openApiOf(routes: readonly BookedRoute[], info: ApiInfo): OpenApi {
  const named = new NamedSchemas()
  const paths: Record<string, Record<string, Operation>> = {}
  const used = new Set<string>()
  for (const route of routes) {
    if (!route.url.startsWith(`${info.path}/`) || undescribed.has(route.method)) continue
    const below = route.url.slice(info.path.length)
    const operation = operationOf(route, below, info.descriptions[`${route.method} ${below}`], named)
    for (const tag of operation.tags) used.add(tag)
    const path = below.replace(/:(\w+)/g, "{$1}")
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation }
  }
  const order = [
    ...Object.keys(info.tags).filter((tag) => used.has(tag)),
    ...[...used].filter((tag) => !(tag in info.tags)),
  ]
  return {
    openapi: "3.1.0",
    info: {
      title: "MetricQ",
      version: info.version,
      description:
        "What the web server of a MetricQ network answers. Times are nanoseconds since 1970 as text; NaN and infinities are null.",
      license: { name: "BSD-3-Clause", identifier: "BSD-3-Clause" },
    },
    servers: [{ url: info.path }],
    tags: order.map((name) => ({ name, ...(name in info.tags ? { description: info.tags[name] } : {}) })),
    paths,
    // Nothing at all is enough where there are no users yet.
    security: [{ token: [] }, { basic: [] }, { session: [] }, {}],
    components: {
      schemas: named.all,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "an API token" },
        basic: { type: "http", scheme: "basic", description: "an API token as password, its owner as user" },
        session: { type: "apiKey", in: "cookie", name: info.cookie, description: "the page's own, from POST /login" },
      },
    },
  }
}

function operationOf(
  route: BookedRoute,
  below: string,
  about: Description | undefined,
  named: NamedSchemas,
): Operation {
  const { schema, method, needs } = route
  const summary = schema.summary ?? about?.summary
  const description = schema.description ?? about?.description
  const body = bodyOf(schema, about, named)
  return {
    operationId: `${method.toLowerCase()}${below.replace(/[^A-Za-z0-9]+([A-Za-z0-9]?)/g, (_all, next: string) => next.toUpperCase())}`,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    tags: schema.tags ?? (about === undefined ? [] : [about.tag]),
    parameters: [...pathParameters(below, schema, named), ...queryParameters(schema, about, named)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(schema, about, named),
    ...(needs === "anyone" ? { security: [] as const } : {}),
    "x-needs": needs,
  }
}

function pathParameters(below: string, schema: FastifySchema, named: NamedSchemas): Parameter[] {
  const { properties } = objectOf(schema.params)
  return [...below.matchAll(/:(\w+)/g)].map(([, name]) =>
    parameter(name!, "path", true, properties[name!] ?? { type: "string" }, named),
  )
}

function queryParameters(schema: FastifySchema, about: Description | undefined, named: NamedSchemas): Parameter[] {
  const { properties, required } = objectOf(schema.querystring)
  const all = { ...about?.query, ...properties }
  return Object.entries(all).map(([name, one]) => parameter(name, "query", required.includes(name), one, named))
}

function parameter(
  name: string,
  where: "path" | "query",
  required: boolean,
  schema: Schema,
  named: NamedSchemas,
): Parameter {
  const { description, ...others } = schema
  const about = typeof description === "string" ? { description } : {}
  return { name, in: where, required, ...about, schema: named.replace(others) }
}

function objectOf(schema: unknown): { properties: Record<string, Schema>; required: readonly string[] } {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  return { properties, required }
}

function bodyOf(
  { body }: FastifySchema,
  about: Description | undefined,
  named: NamedSchemas,
): Operation["requestBody"] {
  if (typeof body !== "object" || body === null) return undefined
  const alternatives = (body as { anyOf?: readonly { type?: unknown }[] }).anyOf ?? []
  const required = !alternatives.some(({ type }) => type === "null")
  const example = about?.example === undefined ? {} : { example: about.example }
  return { required, content: { "application/json": { schema: named.replace(body as Schema), ...example } } }
}

function responsesOf(
  schema: FastifySchema,
  about: Description | undefined,
  named: NamedSchemas,
): Operation["responses"] {
  const responses: Record<string, { description: string; content?: Content }> = {}
  const own = Object.entries((schema.response ?? {}) as Record<string, Schema>)
  for (const [status, one] of own) responses[status.replace(/xx$/i, "XX")] = responseOf(one, named)
  if (!own.some(([status]) => status.startsWith("2"))) responses[200] = described(about, named)
  const content = { "application/json": { schema: named.replace(errorSchema) } }
  return { ...responses, default: responses.default ?? { description: "an error", content } }
}

function responseOf(schema: Schema, named: NamedSchemas): { description: string; content?: Content } {
  const description = typeof schema.description === "string" ? schema.description : "the answer"
  if (schema.content !== undefined) return { description, content: schema.content as Content }
  if (schema.type === "null") return { description: "nothing" }
  return { description, content: { "application/json": { schema: named.replace(schema) } } }
}

function described(about: Description | undefined, named: NamedSchemas): { description: string; content?: Content } {
  const media = Object.entries(about?.media ?? {}).map(([type, description]) => [
    type,
    { schema: { type: "string", format: "binary", description } },
  ])
  const json = about?.answer === undefined ? [] : [["application/json", { schema: named.replace(about.answer) }]]
  const content = Object.fromEntries([...json, ...media]) as Content
  return Object.keys(content).length === 0 ? { description: "the answer" } : { description: "the answer", content }
}

/** Schemas that have a title stand once in the document, under this name. */
class NamedSchemas {
  readonly #schemas = new Map<string, Schema>()
  readonly #sources = new Map<string, string>()

  get all(): Readonly<Record<string, Schema>> {
    return Object.fromEntries(this.#schemas)
  }

  /** The schema with references to those within it that have a title. */
  replace(schema: Schema): Schema {
    const { title } = schema
    if (typeof title !== "string" || !/^\w+$/.test(title)) return this.#within(schema)
    const source = JSON.stringify(schema)
    const before = this.#sources.get(title)
    // Another one of this name stands where it is used.
    if (before !== undefined && before !== source) return this.#within(schema)
    if (before === undefined) {
      this.#sources.set(title, source)
      this.#schemas.set(title, this.#within(schema))
    }
    return { $ref: `#/components/schemas/${title}` }
  }

  #within(schema: Schema): Schema {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#value(key, value)]))
  }

  #value(key: string, value: unknown): unknown {
    if (key === "enum" || key === "const" || key === "default" || key === "examples" || key === "required") return value
    if (Array.isArray(value)) return value.map((one) => (isObject(one) ? this.replace(one) : one))
    if (!isObject(value)) return value
    if (key !== "properties" && key !== "patternProperties") return this.replace(value)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, isObject(one) ? this.replace(one) : one]),
    )
  }
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
