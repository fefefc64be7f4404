import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { TimeoutError } from "@metricq/client"
import { encodeFrame, type Frame, FrameReader } from "./frame.js"
import { ConnectionLost } from "./modbus-error.js"

/** Longest wait for an answer, and what ends it before. */
export interface Patience {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

interface Pending {
  readonly transaction: number
  readonly resolve: (pdu: Buffer) => void
  readonly reject: (error: unknown) => void
}

/**
 * A connection to a device or gateway. One request at a time: callers take turns.
 *
 * An answer belongs to a request if it has its transaction number; what comes late, or twice, is dropped. The unit is not compared, as
 * some devices answer with another one than they were asked by.
 */
export class Connection {
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  #transaction = 0
  #pending: Pending | undefined
  #lost: ConnectionLost | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on("data", (chunk: Buffer) => this.#take(chunk))
    socket.on("error", (cause: NodeJS.ErrnoException) =>
      this.#lose(new ConnectionLost(`the connection broke: ${cause.code ?? cause.message}`, { cause })),
    )
    socket.on("close", () => this.#lose(new ConnectionLost("the device has closed the connection")))
  }

  /**
   * @throws {ConnectionLost} if there is no way to the device, or none in time; the signal's reason
   */
  static async open(host: string, port: number, { timeoutMs, signal }: Patience): Promise<Connection> {
    signal.throwIfAborted()
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      await once(socket, "connect", { signal: AbortSignal.any([signal, timeout]) })
      return new Connection(socket)
    } catch (cause) {
      socket.on("error", () => undefined).destroy()
      signal.throwIfAborted()
      const { code, message } = cause as NodeJS.ErrnoException
      const reason = timeout.aborted ? `none within ${timeoutMs / 1000} s` : (code ?? message)
      throw new ConnectionLost(`no connection to port ${port}: ${reason}`, { cause })
    }
  }

  /** It can be used, as far as is known. */
  get isOpen(): boolean {
    return this.#lost === undefined
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @throws {TimeoutError} if there is none in time; {ConnectionLost}; the signal's reason
   */
  async request(unit: number, pdu: Buffer, { timeoutMs, signal }: Patience): Promise<Buffer> {
    signal.throwIfAborted()
    if (this.#lost !== undefined) throw this.#lost
    this.#transaction = (this.#transaction + 1) & 0xffff
    const transaction = this.#transaction
    let timer: NodeJS.Timeout | undefined
    let abort = () => {}
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        this.#pending = { transaction, resolve, reject }
        abort = () => reject(signal.reason)
        signal.addEventListener("abort", abort, { once: true })
        timer = setTimeout(() => reject(new TimeoutError(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
        this.#socket.write(encodeFrame({ transaction, unit, pdu }))
      })
    } finally {
      this.#pending = undefined
      clearTimeout(timer)
      signal.removeEventListener("abort", abort)
    }
  }

  /** Closes at once; a request under way fails. */
  close(): void {
    this.#lose(new ConnectionLost("the connection has been closed"))
  }

  #take(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#answer(frame)
    } catch (error) {
      this.#lose(error as ConnectionLost)
    }
  }

  #answer({ transaction, pdu }: Frame): void {
    if (this.#pending?.transaction === transaction) this.#pending.resolve(pdu)
  }

  #lose(error: ConnectionLost): void {
    this.#lost ??= error
    this.#pending?.reject(error)
    this.#socket.destroy()
  }
}
