import { SvelteMap } from "svelte/reactivity"
import { api, type LastValue } from "./api.js"
import { needsLogin } from "./identity.svelte.js"
import { isNewer, LiveLink } from "./lib/live-link.js"
import { connectLive } from "./live-socket.js"

/** Values of metrics that nobody watches any more are kept up to so many, so that a way back shows them at once. */
const MOST_KEPT = 2000

const values = new SvelteMap<string, LastValue | null>()

const link = new LiveLink({
  connect: connectLive,
  ask: (metrics) => api.last(metrics),
  onValues: (fresh) => {
    for (const [name, value] of fresh) if (isNewer(value, values.get(name))) values.set(name, value)
    if (values.size <= MOST_KEPT) return
    for (const name of values.keys()) {
      if (values.size <= MOST_KEPT) break
      if (!link.has(name)) values.delete(name)
    }
  },
})

const page = $state({ isHidden: document.hidden })
document.addEventListener("visibilitychange", () => {
  page.isHidden = document.hidden
})
$effect.root(() => {
  $effect(() => {
    if (page.isHidden || needsLogin()) link.pause()
    else link.resume()
  })
})

/** The newest value of a metric: null if there is none, undefined as long as nobody has watched it. Reactive. */
export function currentValue(name: string): LastValue | null | undefined {
  return values.get(name)
}

/**
 * Keep {@link currentValue} of these metrics up to date, about once a second, until the function that is returned is called. It is made to
 * be returned from `$effect`. What several components watch comes once, all over one connection, and not while the page is out of sight
 * or wants a login.
 */
export function watchValues(names: readonly string[]): () => void {
  return link.watch(names)
}
