/** Changes kept of each metric; a metric that was deleted in between may have some more. */
export const HISTORY = 50
/** How long a deleted metric can be restored. */
export const RESTORABLE_MS = 30 * 24 * 3600 * 1000

/** Whether a metric deleted then can be restored now. */
export function isRestorable({ time }: { readonly time: string }, now: number): boolean {
  return Date.parse(time) + RESTORABLE_MS > now
}
