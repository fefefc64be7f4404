import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { malformed } from "./format.js"

/** All exceptions are NaN, or each is written as it is. */
const NANS = 0
const FLOATS = 1

/** Write the `count` elements of `values` at the places `at`, which rise. */
export function writeExceptions(out: ByteWriter, values: Float64Array, at: Int32Array, count: number): void {
  out.varint(count)
  if (count === 0) return
  let kind = NANS
  for (let i = 0; i < count; i++) if (!Number.isNaN(values[at[i]!])) kind = FLOATS
  out.byte(kind)
  for (let i = 0, next = 0; i < count; i++) {
    const place = at[i]!
    out.varint(place - next)
    if (kind === FLOATS) out.float64(values[place]!)
    next = place + 1
  }
}

/** Read elements of `values` over what stands there. */
export function readExceptions(from: ByteReader, values: Float64Array): void {
  const count = from.varint()
  if (count === 0) return
  if (count > values.length) throw malformed(`${count} exceptions of ${values.length} values`)
  const kind = from.byte()
  if (kind !== NANS && kind !== FLOATS) throw malformed(`exceptions of kind ${kind}`)
  for (let i = 0, next = 0; i < count; i++) {
    const place = next + from.varint()
    if (place >= values.length) throw malformed(`an exception at ${place} of ${values.length} values`)
    values[place] = kind === FLOATS ? from.float64() : Number.NaN
    next = place + 1
  }
}
