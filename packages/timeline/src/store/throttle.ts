import { setTimeout as sleep } from "node:timers/promises"
import type { Throttle } from "../segment/segment-writer.js"

/** Up to so long writing may run ahead of its rate, in milliseconds. */
const AHEAD_MS = 50

/** Lets so many bytes a second pass; a wait ends with the signal's reason. */
export function newThrottle(bytesPerSecond: number, signal: AbortSignal): Throttle {
  let dueMs = performance.now()
  return async (bytes) => {
    const now = performance.now()
    dueMs = Math.max(dueMs, now - AHEAD_MS) + (bytes / bytesPerSecond) * 1000
    if (dueMs > now) await sleep(dueMs - now, undefined, { signal, ref: false })
  }
}
