/**
 * A buffer of 64-bit words seen in several ways; word `w` is `f64[w]`, `i64[w]`, and the pair `i32[2 * w]` (low), `i32[2 * w + 1]` (high).
 *
 * The journal is little-endian, and so are all machines on which the store runs (see `block-machine` of the codec).
 */
export class Words {
  readonly bytes: Uint8Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly i64: BigInt64Array
  readonly length: number

  /** @param length number of words, all zero */
  constructor(length: number) {
    const buffer = new ArrayBuffer(8 * length)
    this.bytes = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u32 = new Uint32Array(buffer)
    this.f64 = new Float64Array(buffer)
    this.i64 = new BigInt64Array(buffer)
    this.length = length
  }
}
