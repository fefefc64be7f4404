import { get } from "../../api.js"
import type { ClientRecord } from "./client-info.js"

/** The clients of the network. Reactive. */
export class Clients {
  list: ClientRecord[] | undefined = $state.raw()
  trouble: unknown = $state()

  /** Ask the server; what is shown stays when that fails. */
  async read(signal: AbortSignal): Promise<void> {
    try {
      this.list = (await get<{ clients: ClientRecord[] }>("clients", {}, signal)).clients
      this.trouble = undefined
    } catch (error) {
      if (!signal.aborted) this.trouble = error
    }
  }
}
