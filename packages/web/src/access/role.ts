/**
 * What a person or program may do, each including the ones before:
 * `viewer` reads everything but secrets; `operator` changes configurations, metadata and findings; `administrator` deletes, and rules over
 * users, tokens and retention.
 */
export type Role = "viewer" | "operator" | "administrator"

/** All roles, from the one that may least. */
export const roles: readonly Role[] = ["viewer", "operator", "administrator"]

/** Whether this text names a role. */
export function isRole(text: unknown): text is Role {
  return roles.includes(text as Role)
}

/** Whether somebody of role `has` may do what needs the role `needs`; `nobody` may do nothing that needs one. */
export function includesRole(has: Role | "nobody", needs: Role): boolean {
  return roles.indexOf(has as Role) >= roles.indexOf(needs)
}

/** The one of two roles that may less. */
export function lesserRole(a: Role, b: Role): Role {
  return includesRole(a, b) ? b : a
}
