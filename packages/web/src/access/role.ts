/**
 * What a person or program may do, each including the ones before:
 * `viewer` reads everything but secrets; `operator` changes configurations, metadata and findings; `administrator` deletes, and rules over
 * users, tokens and retention.
 */
export type Role = "viewer" | "operator" | "administrator"

const roles: readonly Role[] = ["viewer", "operator", "administrator"]

/** Whether somebody of role `has` may do what needs the role `needs`. */
export function includesRole(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs)
}
