import type { Socket } from "node:net"

const QUEUE_LIMIT_BYTES = 1 << 20
const PIECES_PER_SECOND = 50

/** What goes wrong in one direction of a link. Changing it takes effect with the next call of `apply()`. */
export interface PipeFaults {
  paused: boolean
  delayMs: number
  /** Infinity for no limit. */
  bytesPerSecond: number
  /** Largest piece written at once; Infinity to leave pieces as they come. */
  sliceBytes: number
  /** Reset both ends after so many more bytes; Infinity for never. */
  cutAfterBytes: number
}

/** A direction without faults. */
export const noFaults: Readonly<PipeFaults> = {
  paused: false,
  delayMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
  cutAfterBytes: Number.POSITIVE_INFINITY,
}

interface Piece {
  /** undefined: the end of the stream. */
  bytes: Buffer | undefined
  dueMs: number
}

/**
 * Carries bytes from one socket to another, with faults.
 *
 * It holds at most about 1 MiB; beyond that it stops reading, so the sender feels back-pressure as from a slow peer.
 */
export class FaultPipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #faults: PipeFaults
  readonly #onCut: () => void
  readonly #queue: Piece[] = []
  #queuedBytes = 0
  #timer: NodeJS.Timeout | undefined
  #draining = false
  #discarding = false

  /** @param onCut called when `cutAfterBytes` have passed */
  constructor(from: Socket, to: Socket, faults: PipeFaults, onCut: () => void) {
    this.#from = from
    this.#to = to
    this.#faults = faults
    this.#onCut = onCut
    from.on("data", (bytes: Buffer) => this.#take(bytes))
    from.on("end", () => this.#take(undefined))
    to.on("drain", () => {
      this.#draining = false
      this.apply()
    })
  }

  /** Swallow what is queued and all that comes, its end included: the other side hears nothing any more. */
  discard(): void {
    this.#discarding = true
    this.#queue.length = 0
    this.#queuedBytes = 0
    this.stop()
    this.#from.resume()
  }

  /** Carry on under the faults as they are now. */
  apply(): void {
    this.stop()
    this.#pump()
  }

  /** Drops the timer; nothing is carried until `apply()`. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #take(bytes: Buffer | undefined): void {
    if (this.#discarding) return
    this.#queue.push({ bytes, dueMs: performance.now() + this.#faults.delayMs })
    this.#queuedBytes += bytes?.length ?? 0
    if (this.#queuedBytes > QUEUE_LIMIT_BYTES) this.#from.pause()
    if (this.#timer === undefined) this.#pump()
  }

  #pump(): void {
    while (!this.#faults.paused && !this.#draining) {
      const piece = this.#queue[0]
      if (piece === undefined) return
      const waitMs = piece.dueMs - performance.now()
      if (waitMs > 0) {
        this.#wait(waitMs)
        return
      }
      if (piece.bytes === undefined) {
        this.#queue.shift()
        this.#to.end()
        return
      }
      const written = this.#write(piece, piece.bytes)
      if (written === undefined) return
      if (Number.isFinite(this.#faults.bytesPerSecond)) {
        this.#wait((written / this.#faults.bytesPerSecond) * 1000)
        return
      }
    }
  }

  /** Writes what may be written of the first piece at once; undefined when that was the cut. */
  #write(piece: Piece, bytes: Buffer): number | undefined {
    const { sliceBytes, bytesPerSecond, cutAfterBytes } = this.#faults
    const allowed = Math.max(1, Math.floor(Math.min(sliceBytes, bytesPerSecond / PIECES_PER_SECOND)))
    const length = Math.min(bytes.length, allowed, cutAfterBytes)
    if (length === bytes.length) this.#queue.shift()
    else piece.bytes = bytes.subarray(length)
    this.#queuedBytes -= length
    this.#faults.cutAfterBytes -= length
    if (this.#faults.cutAfterBytes <= 0) {
      this.#draining = true // nothing may follow
      this.#to.write(bytes.subarray(0, length), () => this.#onCut())
      return undefined
    }
    if (this.#to.writable) this.#draining = !this.#to.write(bytes.subarray(0, length))
    if (this.#queuedBytes <= QUEUE_LIMIT_BYTES) this.#from.resume()
    return length
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.apply(), ms)
  }
}
