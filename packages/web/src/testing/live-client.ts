import { once } from "node:events"
import { WebSocket } from "ws"

export type LiveMessage = Record<string, unknown>

/** A client by WebSocket that keeps what comes. */
export class LiveClient {
  readonly socket: WebSocket
  readonly messages: LiveMessage[] = []
  readonly texts: string[] = []

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on("message", (data) => {
      this.texts.push(String(data))
      this.messages.push(JSON.parse(String(data)) as LiveMessage)
    })
  }

  /** Connect to an http address; ends with the test. */
  static async open(
    t: { onTestFinished(end: () => unknown): void },
    url: string,
    headers: Record<string, string> = {},
  ): Promise<LiveClient> {
    const socket = new WebSocket(url.replace(/^http/, "ws"), { headers })
    t.onTestFinished(() => socket.terminate())
    const client = new LiveClient(socket)
    await once(socket, "open")
    return client
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message))
  }

  /** Everything that came under this key, of this metric. */
  of<T = unknown[]>(key: string, metric: string): T[] {
    return this.messages.flatMap((message) => {
      const part = (message[key] as Record<string, T[] | T> | undefined)?.[metric]
      return part === undefined ? [] : Array.isArray(part) && Array.isArray(part[0]) ? (part as T[]) : [part as T]
    })
  }
}
