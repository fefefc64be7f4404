import type { Finding, ResolvedFinding } from "../ledger.js"

/** Findings of each sort that wait for the next message; more are only counted in it. */
export const MOST_WAITING = 1000

/** What a message will tell. */
export interface Waiting {
  readonly opened: readonly Finding[]
  readonly resolved: readonly ResolvedFinding[]
  readonly counts: { readonly opened: number; readonly resolved: number }
}

export const nothingWaits: Waiting = { opened: [], resolved: [], counts: { opened: 0, resolved: 0 } }

/** Whether there is nothing to tell. */
export function isNothing({ counts }: Waiting): boolean {
  return counts.opened + counts.resolved === 0
}

/**
 * What waits after more has come. What has been resolved before anybody heard of it is not told as new any more: it came and went.
 *
 * @param withResolved whether what is resolved is told at all
 */
export function joined(
  waiting: Waiting,
  opened: readonly Finding[],
  resolved: readonly ResolvedFinding[],
  withResolved: boolean,
): Waiting {
  const gone = new Set(resolved.map(({ id }) => id))
  const left = waiting.opened.filter(({ id }) => !gone.has(id))
  const told = withResolved ? resolved : []
  return {
    opened: [...left, ...opened].slice(0, MOST_WAITING),
    resolved: [...waiting.resolved, ...told].slice(0, MOST_WAITING),
    counts: {
      opened: waiting.counts.opened - (waiting.opened.length - left.length) + opened.length,
      resolved: waiting.counts.resolved + told.length,
    },
  }
}

/** One message's worth and then another's, as one. */
export function both(first: Waiting, then: Waiting): Waiting {
  return {
    opened: [...first.opened, ...then.opened].slice(0, MOST_WAITING),
    resolved: [...first.resolved, ...then.resolved].slice(0, MOST_WAITING),
    counts: {
      opened: first.counts.opened + then.counts.opened,
      resolved: first.counts.resolved + then.counts.resolved,
    },
  }
}

/** What a file says that waits; nothing for what is none. */
export function parseWaiting(value: unknown): Waiting {
  const { opened, resolved, counts } = (value ?? {}) as Record<string, unknown>
  const number = (some: unknown) => (typeof some === "number" && some >= 0 ? Math.floor(some) : 0)
  const told = (counts ?? {}) as Record<string, unknown>
  const [opens, resolves] = [listOf<Finding>(opened), listOf<ResolvedFinding>(resolved)]
  return {
    ...{ opened: opens, resolved: resolves },
    counts: {
      opened: Math.max(number(told.opened), opens.length),
      resolved: Math.max(number(told.resolved), resolves.length),
    },
  }
}

function listOf<T extends Finding>(value: unknown): T[] {
  const isFinding = (each: unknown): each is T => typeof (each as Finding | null)?.id === "string"
  return Array.isArray(value) ? value.filter(isFinding).slice(0, MOST_WAITING) : []
}
