/** As much of a WebSocket as is needed here. */
export interface PlainSocket {
  readonly readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: (() => void) | null
  send(text: string): void
  close(): void
}

export interface SteadySocketOptions {
  /** Begins a connection. */
  connect: () => PlainSocket
  /** Connected, for the first time or again: what was said before is forgotten there. */
  onOpen: () => void
  /** A message, parsed; what is no object is left out. */
  onMessage: (message: object) => void
}

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 15_000
const OPEN = 1

/** A WebSocket of JSON that is connected again after it was cut off, after 0.5 to 15 seconds, as long as it is wanted. */
export class SteadySocket {
  readonly #options: SteadySocketOptions
  #socket: PlainSocket | undefined
  #retryMs = FIRST_RETRY_MS
  #retrying: ReturnType<typeof setTimeout> | undefined

  constructor(options: SteadySocketOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === OPEN
  }

  /** Connect, unless that is so or under way. */
  open(): void {
    if (this.#socket === undefined && this.#retrying === undefined) this.#connect()
  }

  /** Let the connection go; {@link SteadySocket.open} makes another. */
  close(): void {
    clearTimeout(this.#retrying)
    this.#retrying = undefined
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  /** Send a message; without a connection it is dropped. */
  send(message: unknown): void {
    if (this.isOpen) this.#socket?.send(JSON.stringify(message))
  }

  #connect(): void {
    const socket = this.#options.connect()
    this.#socket = socket
    socket.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS
      if (this.#socket === socket) this.#options.onOpen()
    }
    socket.onmessage = ({ data }) => {
      const message = parsed(data)
      if (message !== undefined && this.#socket === socket) this.#options.onMessage(message)
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#retrying = setTimeout(() => {
        this.#retrying = undefined
        this.#connect()
      }, this.#retryMs)
      this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2)
    }
  }
}

function parsed(data: unknown): object | undefined {
  if (typeof data !== "string") return undefined
  try {
    const message: unknown = JSON.parse(data)
    return typeof message === "object" && message !== null ? message : undefined
  } catch {
    return undefined
  }
}
