import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"

const TWO_32 = 2 ** 32

/** Reads the primitive types of AMQP from a range of bytes; running out of bytes is a `SYNTAX_ERROR`. */
export class ByteReader {
  readonly buffer: Buffer
  /** Offset of the next unread byte. */
  at: number
  readonly end: number

  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer
    this.at = start
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  /** Moves past `length` bytes and returns where they begin. */
  skip(length: number): number {
    const start = this.at
    if (length > this.end - start) {
      throw new ConnectionError(constants.syntaxError, `${length} bytes expected where only ${this.left} are left`)
    }
    this.at = start + length
    return start
  }

  octet(): number {
    return this.buffer[this.skip(1)] as number
  }

  short(): number {
    return this.buffer.readUInt16BE(this.skip(2))
  }

  long(): number {
    return this.buffer.readUInt32BE(this.skip(4))
  }

  /** Unsigned 64 bits as a number; beyond 2^53 it is rounded, which no tag or count of ours reaches. */
  longlong(): number {
    const start = this.skip(8)
    return this.buffer.readUInt32BE(start) * TWO_32 + this.buffer.readUInt32BE(start + 4)
  }

  shortstr(): string {
    const length = this.octet()
    const start = this.skip(length)
    return this.buffer.toString("utf8", start, start + length)
  }

  /** A view of the bytes, valid as long as the buffer is. */
  longstr(): Buffer {
    const length = this.long()
    const start = this.skip(length)
    return this.buffer.subarray(start, start + length)
  }
}
