import { configApi, type PreviewAnswer } from "./config-api.js"
import type { Draft } from "./draft.svelte.js"

/** Longer than a check waits: the agent is asked, and it may ask its devices. */
const ASK_AFTER_MS = 600

/** What storing and applying a draft would do to the metrics. Reactive. */
export class Effect {
  answer: PreviewAnswer | undefined = $state.raw()
  isAsking = $state(false)
  trouble: unknown = $state()
  readonly #draft: Draft

  constructor(draft: Draft) {
    this.#draft = draft
  }

  /** Ask anew whenever the draft has changed and rests for a moment; for an `$effect`, whose cleanup it returns. */
  follow(): () => void {
    const { text, parsed, isLoaded, isChanged } = this.#draft
    const isWanted = isLoaded && isChanged && parsed.ok
    this.answer = undefined
    this.isAsking = isWanted
    if (!isWanted) return () => {}
    const ending = new AbortController()
    const timer = setTimeout(() => void this.#ask(text, ending.signal), ASK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      ending.abort()
    }
  }

  async #ask(text: string, signal: AbortSignal): Promise<void> {
    this.trouble = undefined
    try {
      const answer = await configApi.preview(this.#draft.token, JSON.parse(text), signal)
      if (!signal.aborted) this.answer = answer
    } catch (error) {
      if (!signal.aborted) this.trouble = error
    } finally {
      if (!signal.aborted) this.isAsking = false
    }
  }
}
