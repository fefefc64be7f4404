/** A metric as it stands in requests. */
export const metricName = { type: "string", minLength: 1, maxLength: 255 } as const

/** A time in a request; see `parseTime`. */
export const timeText = {
  ...{ type: "string", minLength: 1, maxLength: 64 },
  description: "nanoseconds since 1970, ISO 8601 with a zone, now, or such as now-6h",
} as const

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
