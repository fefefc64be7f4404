import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"

/** Write values so that every bit comes back, but that any NaN becomes the one NaN. */
export function writeValues(out: ByteWriter, values: Float64Array): void {
  const canonical = values.map((value) => value)
  out.copy(new Uint8Array(canonical.buffer))
}

/** Read `count` values. */
export function readValues(from: ByteReader, count: number): Float64Array {
  const view = from.view(8 * count)
  const values = new Float64Array(count)
  new Uint8Array(values.buffer).set(view)
  return values
}
