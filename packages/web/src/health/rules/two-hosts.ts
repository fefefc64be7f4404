import type { NetworkRule } from "../observation.js"

/** Once is a move. */
const FEWEST_CHANGES = 2

/** `two-hosts`: a client answers from one machine and another in turn: two programs fight for its token. */
export const twoHosts: NetworkRule = {
  kind: "two-hosts",
  check({ clients }) {
    if (clients === undefined) return "unknown"
    return clients
      .filter(({ hostChanges }) => hostChanges >= FEWEST_CHANGES)
      .map(({ token, hosts }) => ({
        ...({ kind: "two-hosts", severity: "warning", subject: { client: token }, source: token } as const),
        message: `${token} answers from ${hosts.join(" and ")} in turn`,
        remedy: "stop it on one of them, or give that one another token",
        values: { hosts: hosts.join(", ") },
      }))
  },
}
