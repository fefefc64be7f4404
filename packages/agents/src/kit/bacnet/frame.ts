/** What of a datagram must be known before it is given to anyone. */
export interface Frame {
  readonly kind: "unconfirmed" | "confirmed" | "answer"
  /** Where it was sent first, if a BBMD has passed it on: `address:port`. */
  readonly origin: string | undefined
  /** Network and station it comes from, if a router has passed it on. */
  readonly network: number | undefined
  readonly station: readonly number[] | undefined
  /** For answers: to which request. */
  readonly invokeId: number | undefined
  /** Why a request was turned down, for answers that say so: the number in the standard. */
  readonly refused: { readonly how: "reject" | "abort"; readonly reason: number } | undefined
}

const BVLC_BACNET_IP = 0x81
const FORWARDED = 0x04
const UNICAST = 0x0a
const BROADCAST = 0x0b
const HAS_DESTINATION = 0x20
const HAS_SOURCE = 0x08
const IS_NETWORK_MESSAGE = 0x80

/** Looks into a datagram; `undefined` for those that carry no message between devices, or are cut short or garbled. */
export function parseFrame(datagram: Buffer): Frame | undefined {
  const [type, func] = datagram
  if (type !== BVLC_BACNET_IP || datagram.length < 4 || datagram.readUInt16BE(2) > datagram.length) return undefined
  if (func !== UNICAST && func !== BROADCAST && func !== FORWARDED) return undefined
  const isForwarded = func === FORWARDED
  const start = isForwarded ? 10 : 4
  if (datagram.length < start + 3 || datagram[start] !== 1) return undefined
  const network = parseNetworkHeader(datagram, start)
  if (network === undefined) return undefined
  const { source, end } = network
  return {
    ...parseApplicationHeader(datagram, end),
    origin: isForwarded ? `${datagram.subarray(4, 8).join(".")}:${datagram.readUInt16BE(8)}` : undefined,
    network: source?.network,
    station: source?.station,
  }
}

interface NetworkHeader {
  readonly source: { readonly network: number; readonly station: readonly number[] } | undefined
  /** Where the application's part begins. */
  readonly end: number
}

function parseNetworkHeader(datagram: Buffer, start: number): NetworkHeader | undefined {
  const control = datagram[start + 1] ?? 0
  if (control & IS_NETWORK_MESSAGE) return undefined
  let end = start + 2
  if (control & HAS_DESTINATION) end += 3 + (datagram[end + 2] ?? 0)
  let source: NetworkHeader["source"]
  if (control & HAS_SOURCE) {
    if (end + 3 > datagram.length) return undefined
    const length = datagram[end + 2] ?? 0
    source = { network: datagram.readUInt16BE(end), station: [...datagram.subarray(end + 3, end + 3 + length)] }
    end += 3 + length
  }
  if (control & HAS_DESTINATION) end += 1
  return end + 2 <= datagram.length ? { source, end } : undefined
}

function parseApplicationHeader(datagram: Buffer, at: number): Pick<Frame, "kind" | "invokeId" | "refused"> {
  const pdu = (datagram[at] ?? 0) >> 4
  if (pdu === 1) return { kind: "unconfirmed", invokeId: undefined, refused: undefined }
  if (pdu === 0) return { kind: "confirmed", invokeId: undefined, refused: undefined }
  const reason = datagram[at + 2] ?? 0
  const how = pdu === 6 ? "reject" : pdu === 7 ? "abort" : undefined
  return { kind: "answer", invokeId: datagram[at + 1], refused: how && { how, reason } }
}
