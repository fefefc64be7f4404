import { Gateway } from "./gateway.js"

/** The gateways that are in use: whoever asks for the same place gets the same one, and it is closed when the last has left. */
export class Gateways {
  readonly #inUse = new Map<string, { gateway: Gateway; users: number }>()

  /** Enters a gateway; `leave` must be called once. Connects to nothing yet. */
  enter(host: string, port: number): { gateway: Gateway; leave: () => void } {
    const place = `${host}:${port}`
    const entry = this.#inUse.get(place) ?? { gateway: new Gateway(host, port), users: 0 }
    this.#inUse.set(place, entry)
    entry.users += 1
    const leave = () => {
      entry.users -= 1
      if (entry.users > 0) return
      this.#inUse.delete(place)
      entry.gateway.close()
    }
    return { gateway: entry.gateway, leave }
  }
}
