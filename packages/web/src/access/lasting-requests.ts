import type { Socket } from "node:net"

/** How often it is looked whether those who have a connection may still have it. */
const PERIOD_MS = 5000

/**
 * Connections that last, of WebSockets and events, with what tells whether whoever has one may still: they end when the session or the token does
 * that they began with.
 */
export class LastingRequests {
  readonly #all = new Map<Socket, () => boolean>()
  #timer: NodeJS.Timeout | undefined

  /** Watch a connection until it closes. */
  add(socket: Socket, isGood: () => boolean): void {
    this.#all.set(socket, isGood)
    socket.once("close", () => this.#all.delete(socket))
    this.#timer ??= setInterval(() => this.check(), PERIOD_MS).unref()
  }

  /** End those that are not good any more. */
  check(): void {
    for (const [socket, isGood] of this.#all) if (!isGood()) socket.destroy()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
