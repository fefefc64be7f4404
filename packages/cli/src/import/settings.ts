/** Settings without those that are not set, as they go into JSON. */
export function withoutUndefined(settings: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
