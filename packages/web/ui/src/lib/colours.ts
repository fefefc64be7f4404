/** Number of series colours in the tokens: `--s1` … `--s12`. */
export const COLOURS = 12

/** The first of them are the plainest to tell apart; the others are for more series than that. */
const PREFERRED = 6

/** The colour a name has in every session, from 0: the same name, the same slot. */
export function slotOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return (hash >>> 0) % PREFERRED
}

/** The slot for a name beside others: its own, or if that is taken the next free one; its own again when none is free. */
export function freeSlot(name: string, taken: Iterable<number>): number {
  const used = new Set(taken)
  const own = slotOf(name)
  const order = [
    ...Array.from({ length: PREFERRED }, (_, step) => (own + step) % PREFERRED),
    ...Array.from({ length: COLOURS - PREFERRED }, (_, step) => PREFERRED + ((own + step) % (COLOURS - PREFERRED))),
  ]
  return order.find((slot) => !used.has(slot)) ?? own
}
