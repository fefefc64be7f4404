import { varintSize, writeVarint } from "./varint.js"
import { BYTES, FIXED64, VARINT } from "./wire.js"
import { deltasSize, writeDeltas, writeFixed64 } from "./words.js"

const FIRST_BYTES = 256

/** Bytes of a protobuf message, appended field by field. As proto3 has it, empty and zero fields are left out. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0

  /** A string, as UTF-8. */
  text(field: number, text: string): void {
    if (text !== "") this.message(field, new TextEncoder().encode(text))
  }

  /** A message within the message; also an empty one is written. */
  message(field: number, body: Uint8Array): void {
    this.#begin(field, BYTES, body.length)
    this.#bytes.set(body, this.#length)
    this.#length += body.length
  }

  /** A packed list of 64-bit numbers, each as the step from its neighbour. */
  deltas(field: number, words: Int32Array): void {
    if (words.length === 0) return
    this.#begin(field, BYTES, deltasSize(words, words.length / 2))
    this.#length = writeDeltas(this.#bytes, this.#length, words, words.length / 2)
  }

  /** A packed list of doubles. */
  doubles(field: number, words: Int32Array): void {
    if (words.length === 0) return
    this.#begin(field, BYTES, 4 * words.length)
    this.#length = writeFixed64(this.#bytes, this.#length, words, words.length / 2)
  }

  /** A 64-bit integer. */
  varint(field: number, low: number, high: number): void {
    if (low === 0 && high === 0) return
    this.#reserve(20)
    this.#tag(field, VARINT)
    this.#length = writeVarint(this.#bytes, this.#length, low, high)
  }

  /** One double of a list; a negative zero is not zero. */
  double(field: number, words: Int32Array, index: number): void {
    if (words[2 * index] === 0 && words[2 * index + 1] === 0) return
    this.#reserve(18)
    this.#tag(field, FIXED64)
    this.#length = writeFixed64(this.#bytes, this.#length, words.subarray(2 * index, 2 * index + 2), 1)
  }

  /** Forget what was written. */
  clear(): void {
    this.#length = 0
  }

  /** What was written, as fresh bytes. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** What was written, as a view that the next write overwrites. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #begin(field: number, wireType: number, length: number): void {
    this.#reserve(10 + varintSize(length, 0) + length)
    this.#tag(field, wireType)
    this.#length = writeVarint(this.#bytes, this.#length, length, 0)
  }

  #tag(field: number, wireType: number): void {
    this.#length = writeVarint(this.#bytes, this.#length, (field << 3) | wireType, 0)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.view())
    this.#bytes = grown
  }
}

declare class TextEncoder {
  encode(text: string): Uint8Array
}
