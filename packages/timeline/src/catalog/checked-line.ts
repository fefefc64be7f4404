import { crc32 } from "node:zlib"

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

/** A JSON value as a line of text: CRC-32 of its bytes in eight hexadecimal digits, a blank, the JSON, and a line feed. */
export function checkedLine(value: unknown): string {
  const json = JSON.stringify(value)
  return `${checksum(encoder.encode(json))} ${json}\n`
}

/** The value of a line given without its line feed; undefined if it is not what was written. */
export function readCheckedLine(line: Uint8Array): unknown {
  if (line.length < 10 || line[8] !== 0x20) return undefined
  const json = line.subarray(9)
  try {
    if (decoder.decode(line.subarray(0, 8)) !== checksum(json)) return undefined
    return JSON.parse(decoder.decode(json))
  } catch {
    return undefined
  }
}

/** The lines of a text, each with its value or undefined if it is damaged; a last one without its end counts as damaged. */
export function* checkedLines(bytes: Uint8Array): Generator<unknown> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at)
    yield end < 0 ? undefined : readCheckedLine(bytes.subarray(at, end))
    if (end < 0) return
    at = end + 1
  }
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0")
}
