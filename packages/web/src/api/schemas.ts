/** A metric as it stands in requests. */
export const metricName = { type: "string", minLength: 1, maxLength: 255 } as const

/** A time in a request; see `parseTime`. */
export const timeText = { type: "string", minLength: 1, maxLength: 64 } as const

/** A list of at most `maxItems` metrics. */
export function metricNames(maxItems: number) {
  return { type: "array", items: metricName, minItems: 1, maxItems } as const
}

/** A query of the address. */
export function querySchema(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) {
  return { querystring: { type: "object", properties, required } } as const
}

/** A body; other keys than these are ignored. */
export function bodySchema(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) {
  return { body: { type: "object", properties, required } } as const
}

declare module "fastify" {
  interface FastifySchema {
    /** What the route does, in a line. */
    summary?: string
    /** Under which headings a description of the API lists it. */
    tags?: readonly string[]
  }
}
