import { type ClientRequest, get, type IncomingMessage } from "node:http"

/** One server-sent event. */
export interface StreamEvent {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

/** A client by server-sent events that keeps what comes. */
export class EventStream {
  readonly events: StreamEvent[] = []
  /** Whether the server has ended it. */
  hasEnded = false
  readonly #request: ClientRequest
  #rest = ""

  private constructor(request: ClientRequest, answer: IncomingMessage) {
    this.#request = request
    answer.setEncoding("utf8").on("data", (text: string) => this.#take(text))
    answer.on("error", () => {})
    answer.on("close", () => {
      this.hasEnded = true
    })
  }

  /** Connect; ends with the test. Rejects with the status if it is not 200. */
  static open(
    t: { onTestFinished(end: () => unknown): void },
    url: string,
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers }, (answer) => {
        if (answer.statusCode === 200) resolve(new EventStream(request, answer))
        else reject(new Error(`status ${answer.statusCode}`))
      })
      request.on("error", reject)
      t.onTestFinished(() => request.destroy())
    })
  }

  close(): void {
    this.#request.destroy()
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split("\n\n")
    this.#rest = blocks.pop() ?? ""
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? ""
      const data = field("data")
      if (data !== "") this.events.push({ event: field("event"), id: field("id"), data: JSON.parse(data) })
    }
  }
}
