import { groupBy } from "../lib/group-by.js"
import type { NetworkClient } from "./network-data.js"

/** Several clients that are drawn as one. */
export interface Stack {
  readonly id: string
  /** What their tokens have in common, with `*` for what differs. */
  readonly label: string
  readonly members: readonly NetworkClient[]
}

/** Clients of a role that are drawn one by one, and at most so many stacks. */
const MOST = 12
/** Members of a stack that is taken apart; the rest stays a stack. */
const MOST_OPEN = 60

/**
 * Puts clients of one role together where there are many: those whose tokens differ in digits only, if that is not enough those with the same first
 * two words, or in the end all. Stacks named in `open` are taken apart. Gives, for each client, its stack or nothing.
 */
export function stackClients(clients: readonly NetworkClient[], open: ReadonlySet<string>): Map<string, Stack> {
  const stacked = new Map<string, Stack>()
  if (clients.length <= MOST) return stacked
  for (const [label, members] of fewest(clients)) {
    if (members.length < 2) continue
    const id = `stack:${clients[0]!.role}:${label}`
    const hidden = open.has(id) ? members.slice(MOST_OPEN) : members
    const rest = hidden.length < members.length ? { id: `${id}:rest`, label, members: hidden } : undefined
    for (const member of hidden) stacked.set(member.id, rest ?? { id, label, members })
  }
  return stacked
}

/** A token with `*` for its random part and for each number. */
export function stem(token: string): string {
  return token.replace(/\.[0-9a-f]{32}$/, ".*").replace(/\d+/g, "*")
}

/** The stack that a client belongs to when its own is taken apart; for the way back. */
export function stackId(client: NetworkClient, clients: readonly NetworkClient[]): string | undefined {
  return stackClients(clients, new Set()).get(client.id)?.id
}

function fewest(clients: readonly NetworkClient[]): Map<string, NetworkClient[]> {
  const keys = [
    ({ id }: NetworkClient) => stem(id),
    ({ id }: NetworkClient) => `${id.split(/[-.]/).slice(0, 2).join("-")}*`,
    ({ id }: NetworkClient) => `${id.split(/[-.]/)[0]}*`,
  ]
  let groups = new Map<string, NetworkClient[]>()
  for (const key of keys) {
    groups = groupBy(clients, key)
    if (groups.size <= MOST) return groups
  }
  return new Map([["*", [...clients]]])
}
