/** Number of series colours in the tokens: `--s1` … `--s12`. */
export const COLOURS = 12

/** The colour a name has in every session, from 0: the same name, the same slot. */
export function slotOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return (hash >>> 0) % COLOURS
}

/** The slot for a name beside others: its own, or if that is taken the next free one; its own again when none is free. */
export function freeSlot(name: string, taken: Iterable<number>): number {
  const used = new Set(taken)
  const own = slotOf(name)
  for (let step = 0; step < COLOURS; step++) {
    const slot = (own + step) % COLOURS
    if (!used.has(slot)) return slot
  }
  return own
}
