import { ConnectionLost } from "./modbus-error.js"

/** A message of Modbus TCP. */
export interface Frame {
  /** Number that an answer has from its request. */
  readonly transaction: number
  readonly unit: number
  /** Function code and data, 1 to 253 bytes. */
  readonly pdu: Buffer
}

/** Transaction, protocol and length, two bytes each, and the unit. */
const HEADER_BYTES = 7
const MAX_LENGTH = 254

/** The bytes of a frame. */
export function encodeFrame({ transaction, unit, pdu }: Frame): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(transaction, 0)
  header.writeUInt16BE(pdu.length + 1, 4)
  header.writeUInt8(unit, 6)
  return Buffer.concat([header, pdu])
}

/** Takes frames out of a stream of bytes, wherever it is cut. Keeps less than one frame. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /**
   * The frames that these bytes complete; they may share the memory of `chunk`.
   *
   * @throws {ConnectionLost} for bytes that are no Modbus TCP: there is no way to find the next frame then
   */
  push(chunk: Buffer): Frame[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    for (let end = frameEnd(bytes); end !== undefined && end <= bytes.length; end = frameEnd(bytes)) {
      frames.push({
        transaction: bytes.readUInt16BE(0),
        unit: bytes.readUInt8(6),
        pdu: bytes.subarray(HEADER_BYTES, end),
      })
      bytes = bytes.subarray(end)
    }
    this.#rest = bytes
    return frames
  }
}

/** Where the first frame ends, as soon as its header says. */
function frameEnd(bytes: Buffer): number | undefined {
  if (bytes.length >= 4 && bytes.readUInt16BE(2) !== 0) throw garbage(bytes)
  if (bytes.length < 6) return undefined
  const length = bytes.readUInt16BE(4)
  if (length < 2 || length > MAX_LENGTH) throw garbage(bytes)
  return 6 + length
}

function garbage(bytes: Buffer): ConnectionLost {
  return new ConnectionLost(`what came is no Modbus TCP: ${bytes.subarray(0, 8).toString("hex")}`)
}
