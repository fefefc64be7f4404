import { type JsonObject, mergePatch } from "@metricq/protocol"
import { ApiError, apiAddress, get } from "../../api.js"
import { needsLogin } from "../../identity.svelte.js"
import type { ClientRecord } from "./client-info.js"

/** Pause before it is tried again where the browser does not do so by itself. */
const AGAIN_MS = 4000

/** The clients of the network, kept up to date by the server. Reactive. */
export class LiveClients {
  list: ClientRecord[] | undefined = $state.raw()
  trouble: unknown = $state()
  #rows: JsonObject = {}
  #source: EventSource | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  /** Begin; not while the page is out of sight. What is shown stays when the server is away. The returned function ends it. */
  watch(): () => void {
    const look = () => (document.hidden ? this.#close() : this.#open())
    document.addEventListener("visibilitychange", look)
    look()
    return () => {
      document.removeEventListener("visibilitychange", look)
      this.#close()
    }
  }

  #open(): void {
    if (this.#source) return
    if (needsLogin()) {
      this.#openLater()
      return
    }
    const source = new EventSource(apiAddress("clients/live"))
    this.#source = source
    source.addEventListener("clients", ({ data }) => this.#show(JSON.parse(data) as JsonObject))
    source.addEventListener("change", ({ data }) => this.#show(mergePatch(this.#rows, JSON.parse(data) as JsonObject)))
    source.addEventListener("trouble", ({ data }) => {
      const { code, message, remedy } = (JSON.parse(data) as { error: Record<"code" | "message" | "remedy", string> })
        .error
      this.trouble = new ApiError(code, message, remedy, 503)
    })
    source.addEventListener("error", () => void this.#lost(source))
  }

  #show(rows: JsonObject): void {
    this.#rows = rows
    this.list = Object.values(rows) as unknown as ClientRecord[]
    this.trouble = undefined
  }

  /** The browser says nothing of why; a plain request does, and leads to the login if that is why. */
  async #lost(source: EventSource): Promise<void> {
    if (source !== this.#source) return
    if (source.readyState === EventSource.CLOSED) {
      this.#close()
      this.#openLater()
    }
    try {
      await get("status")
    } catch (error) {
      this.trouble = error
    }
  }

  #openLater(): void {
    this.#again = setTimeout(() => this.#open(), AGAIN_MS)
  }

  #close(): void {
    clearTimeout(this.#again)
    this.#again = undefined
    this.#source?.close()
    this.#source = undefined
  }
}
