import { needsLogin } from "../identity.svelte.js"

/**
 * Call `ask` now, and again `periodMs` after each time it has finished, but not while the page is out of sight or wants a login. What it rejects with is
 * its own business. The returned function ends it and aborts the signal.
 */
export function poll(periodMs: number, ask: (signal: AbortSignal) => Promise<void>): () => void {
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const round = async () => {
    if (!document.hidden && !needsLogin()) await ask(ending.signal).catch(() => {})
    if (!ending.signal.aborted) timer = setTimeout(round, periodMs)
  }
  void round()
  return () => {
    clearTimeout(timer)
    ending.abort()
  }
}
