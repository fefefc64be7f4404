import { api, type Status } from "./api.js"
import { needsLogin } from "./identity.svelte.js"

/** What the server last said of itself; `reachable` turns false when it does not answer. Reactive. */
export const status: { reachable: boolean; current: Status | undefined } = $state({
  reachable: true,
  current: undefined,
})

const PERIOD_MS = 5000

/** Ask for the status every few seconds while the page is visible, and the server knows who asks. Call once. */
export function watchStatus(): void {
  const ask = async () => {
    try {
      if (!document.hidden && !needsLogin()) {
        status.current = await api.status()
        status.reachable = true
      }
    } catch {
      status.reachable = false
    }
    setTimeout(ask, PERIOD_MS)
  }
  void ask()
}
