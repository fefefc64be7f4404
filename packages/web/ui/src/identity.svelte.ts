/** What somebody may do, each including the ones before. */
export type Role = "viewer" | "operator" | "administrator"

/** Whether whoever looks may do what needs this role. Reactive. */
export function may(_role: Role): boolean {
  return true
}
