import { type User, Users } from "./model/users.js"

/** Whether an address is reached from this machine only. A name counts only if it is `localhost`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Name of a user whose password anyone would try first: none, the user's own name, or `guest`; undefined if there is none. */
export function trivialPasswordOf(users: Iterable<User>): string | undefined {
  for (const user of users) {
    if (["", user.name, "guest"].some((password) => Users.matches(user, password))) return user.name
  }
  return undefined
}
