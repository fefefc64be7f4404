import { randomFillSync } from "node:crypto"
import { crc32 } from "node:zlib"

/** The result of a passive check. */
export interface NscaCheck {
  readonly host: string
  /** Empty for a check of the host itself. */
  readonly service: string
  readonly state: NscaState
  readonly text: string
}

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export type NscaState = 0 | 1 | 2 | 3

/** Bytes of the fields for text, each with at least one zero at its end. */
export const nscaLengths = { host: 64, service: 128, text: 4096 } as const

const VERSION = 3
const at = { version: 0, crc: 4, time: 8, state: 12, host: 14, service: 78, text: 206 } as const
/** Of a packet, with the two bytes that compilers add. */
export const NSCA_PACKET_BYTES = 4304

/**
 * A check result as the daemon reads it, before it is encrypted.
 *
 * What is too long is cut: the text at the last whole line, or within one that is longer than a packet. Bytes that say nothing are random, so that
 * they do not give the key away.
 *
 * @param time as the daemon has told it, in seconds since 1970
 */
export function nscaPacket({ host, service, state, text }: NscaCheck, time: number): Buffer {
  const packet = Buffer.alloc(NSCA_PACKET_BYTES)
  randomFillSync(packet, at.host)
  packet.writeInt16BE(VERSION, at.version)
  packet.writeUInt32BE(time, at.time)
  packet.writeInt16BE(state, at.state)
  writeText(packet, at.host, nscaLengths.host, cut(host, nscaLengths.host - 1))
  writeText(packet, at.service, nscaLengths.service, cut(service, nscaLengths.service - 1))
  writeText(packet, at.text, nscaLengths.text, cutLines(text, nscaLengths.text - 1))
  packet.writeUInt32BE(crc32(packet), at.crc)
  return packet
}

function writeText(packet: Buffer, offset: number, length: number, text: string): void {
  packet[offset + packet.write(text, offset, length - 1)] = 0
}

/** Whole lines of a text that are within so many bytes, and a word that there are more. */
function cutLines(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const end = "\n…"
  const whole = cut(text, bytes - Buffer.byteLength(end))
  const line = whole.lastIndexOf("\n")
  return line > 0 ? whole.slice(0, line) + end : cut(text, bytes)
}

/** The begin of a text that is within so many bytes, without half a character at its end. */
function cut(text: string, bytes: number): string {
  const all = Buffer.from(text)
  if (all.length <= bytes) return text
  let end = bytes
  while (end > 0 && (all[end]! & 0xc0) === 0x80) end--
  return all.toString("utf8", 0, end)
}
