/** The number of an AMQP error (404, 405, 406, …), or `undefined` for another error. */
export function brokerCode(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === "number" ? code : undefined
}

/**
 * What the broker itself says, such as `NOT_FOUND - no queue 'x' in vhost '/'`: the AMQP library wraps it in words of its own, and
 * clients know the bare one from the original manager.
 */
export function brokerText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message
}
