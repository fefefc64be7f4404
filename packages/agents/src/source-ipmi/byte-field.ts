/** A number in an answer of bytes, such as `u16le@3`. */
export interface ByteField {
  readonly isSigned: boolean
  readonly bytes: 1 | 2 | 4
  readonly isLittleEndian: boolean
  readonly at: number
}

const pattern = /^([ui])(8|16|32)(le|be)?@(\d{1,3})$/

/**
 * The field that a text such as `"u16le@3"` means: signed (`i`) or not (`u`), 8, 16 or 32 bits, little or big endian (needed from 16
 * bits on), and the number of its first byte. `undefined` for any other text.
 */
export function parseByteField(text: string): ByteField | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, sign, bits, order, at] = match
  if (bits !== "8" && order === undefined) return undefined
  const bytes = bits === "8" ? 1 : bits === "16" ? 2 : 4
  return { isSigned: sign === "i", bytes, isLittleEndian: order !== "be", at: Number(at) }
}

/** Its value; NaN if the answer is too short. */
export function readByteField({ isSigned, bytes, isLittleEndian, at }: ByteField, answer: Uint8Array): number {
  if (at + bytes > answer.length) return Number.NaN
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength)
  if (bytes === 1) return isSigned ? view.getInt8(at) : view.getUint8(at)
  if (bytes === 2) return isSigned ? view.getInt16(at, isLittleEndian) : view.getUint16(at, isLittleEndian)
  return isSigned ? view.getInt32(at, isLittleEndian) : view.getUint32(at, isLittleEndian)
}
