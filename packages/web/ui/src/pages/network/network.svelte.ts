import { get } from "../../api.js"
import type { NetworkAnswer } from "../../graph/network-data.js"

/** The network as the server tells it. Reactive. */
export class Network {
  answer: NetworkAnswer | undefined = $state.raw()
  trouble: unknown = $state()

  /** Ask the server; what is shown stays when that fails. */
  async read(signal: AbortSignal): Promise<void> {
    try {
      this.answer = await get<NetworkAnswer>("network", { groups: true }, signal)
      this.trouble = undefined
    } catch (error) {
      if (!signal.aborted) this.trouble = error
    }
  }
}
