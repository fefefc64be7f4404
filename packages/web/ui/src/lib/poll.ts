import { needsLogin } from "../identity.svelte.js"

/**
 * Call `ask` right after this, and again `periodMs` after each time it has finished, but not while the page is out of sight or wants a
 * login. What it rejects with is its own business. The returned function ends it and aborts the signal.
 */
export function poll(periodMs: number, ask: (signal: AbortSignal) => Promise<void>): () => void {
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const round = async () => {
    const isWanted = !document.hidden && !needsLogin() && !ending.signal.aborted
    if (isWanted) await ask(ending.signal).catch(() => {})
    if (!ending.signal.aborted) timer = setTimeout(round, periodMs)
  }
  // Not before the caller has finished: an effect would take what `ask` reads for what it depends on.
  queueMicrotask(round)
  return () => {
    clearTimeout(timer)
    ending.abort()
  }
}
