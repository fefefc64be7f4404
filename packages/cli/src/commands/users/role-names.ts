/** The roles of `@metricq/web`, which is loaded only by what runs; a test compares them. */
export const roleNames = ["viewer", "operator", "administrator"] as const
