import { createSocket, type RemoteInfo, type Socket } from "node:dgram"
import { once } from "node:events"
import { onTestEnd, type TestScope } from "../test-scope.js"
import { type Element, element, elementsOf, integer, integerOf, oid, oidOf } from "./ber.js"
import { type SnmpValue, snmpValue } from "./snmp-value.js"

const GET = 0xa0
const GET_NEXT = 0xa1
const RESPONSE = 0xa2
const GET_BULK = 0xa5
const TOO_BIG = 1
const NO_SUCH_NAME = 2

/** What a device is asked. */
export interface SnmpRequest {
  /** 0 is version 1, 1 is version 2c. */
  readonly version: number
  readonly community: string
  readonly type: "get" | "getNext" | "getBulk"
  readonly id: number
  readonly oids: readonly string[]
  /** Of a getBulk. */
  readonly nonRepeaters: number
  readonly repetitions: number
}

/** An answer, or what goes wrong. */
export interface SnmpAnswer {
  readonly varbinds: readonly (readonly [oid: string, value: SnmpValue])[]
  readonly status?: number
  /** The object at fault, from 1. */
  readonly index?: number
  /** Instead of the request's, for answers that belong to none. */
  readonly community?: string
  readonly version?: number
}

/**
 * A device that speaks SNMP 1 and 2c, with a codec of its own, that a test plays: its objects, and how it misbehaves. It ends with
 * the test.
 */
export class SnmpDevice {
  /** By OID without leading dot. */
  readonly values: Map<string, SnmpValue>
  /** Requests that came, oldest first; at most the last 1000. */
  readonly asked: SnmpRequest[] = []
  /** Addresses and ports that have asked. */
  readonly peers = new Set<string>()
  community = "public"
  /** Objects an answer may have; more is answered with tooBig. */
  maxObjects = Number.POSITIVE_INFINITY
  /** In place of the right answer: another one, bytes as they are, or nothing. */
  misbehave: ((request: SnmpRequest, right: SnmpAnswer) => SnmpAnswer | Buffer | undefined) | undefined
  #sorted: string[] = []
  #socket: Socket | undefined
  #port = 0

  private constructor(values: Readonly<Record<string, SnmpValue>>) {
    this.values = new Map(Object.entries(values))
  }

  static async start(t: TestScope, values: Readonly<Record<string, SnmpValue>> = {}): Promise<SnmpDevice> {
    const device = new SnmpDevice(values)
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** Listen again, where it was before. */
  async listen(): Promise<void> {
    const socket = createSocket("udp4")
    socket.on("message", (bytes, from) => this.#onMessage(bytes, from))
    socket.bind(this.#port, "127.0.0.1")
    await once(socket, "listening")
    this.#socket = socket
    this.#port = socket.address().port
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const socket = this.#socket
    this.#socket = undefined
    if (socket === undefined) return
    socket.close()
    await once(socket, "close")
  }

  #onMessage(bytes: Buffer, { port, address }: RemoteInfo): void {
    const request = requestOf(bytes)
    if (request === undefined || request.community !== this.community) return
    this.peers.add(`${address}:${port}`)
    this.asked.push(request)
    if (this.asked.length > 1000) this.asked.shift()
    const right = this.#answer(request)
    const answer = this.misbehave === undefined ? right : this.misbehave(request, right)
    if (answer === undefined) return
    this.#socket?.send(Buffer.isBuffer(answer) ? answer : encodeAnswer(request, answer), port, address)
  }

  #answer(request: SnmpRequest): SnmpAnswer {
    const { version, oids, type } = request
    const found = type === "getBulk" ? this.#bulk(request) : oids.map((name) => this.#one(name, type === "getNext"))
    const asAsked = oids.map((name) => [name, snmpValue.null] as const)
    if (found.length > this.maxObjects && type !== "getBulk") return { varbinds: asAsked, status: TOO_BIG }
    const missing = found.findIndex(([, value]) => (value[0] ?? 0) >= 0x80)
    if (version === 0 && missing >= 0) return { varbinds: asAsked, status: NO_SUCH_NAME, index: missing + 1 }
    return { varbinds: found.slice(0, this.maxObjects) }
  }

  #bulk({ oids, nonRepeaters, repetitions }: SnmpRequest): (readonly [string, SnmpValue])[] {
    const found = oids.slice(0, nonRepeaters).map((name) => this.#one(name, true))
    let at = oids.slice(nonRepeaters)
    for (let i = 0; i < repetitions; i += 1) {
      const row = at.map((name) => this.#one(name, true))
      found.push(...row)
      at = row.map(([name]) => name)
    }
    return found
  }

  #one(name: string, isNext: boolean): readonly [string, SnmpValue] {
    if (!isNext) return [name, this.values.get(name) ?? snmpValue.noSuchInstance]
    if (this.#sorted.length !== this.values.size) this.#sorted = [...this.values.keys()].sort(compare)
    const next = this.#sorted[firstAfter(this.#sorted, name)]
    return next === undefined ? [name, snmpValue.endOfMibView] : [next, this.values.get(next) ?? snmpValue.null]
  }
}

function requestOf(bytes: Buffer): SnmpRequest | undefined {
  try {
    const [message] = elementsOf(bytes)
    const [version, community, pdu] = elementsOf(message!.content)
    const [id, first, second, varbinds] = elementsOf(pdu!.content)
    const type = ({ [GET]: "get", [GET_NEXT]: "getNext", [GET_BULK]: "getBulk" } as const)[pdu!.tag]
    if (type === undefined) return undefined
    return {
      version: integerOf(version!),
      community: community!.content.toString(),
      type,
      id: integerOf(id!),
      oids: elementsOf(varbinds!.content).map(({ content }) => oidOf(elementsOf(content)[0] as Element)),
      nonRepeaters: integerOf(first!),
      repetitions: integerOf(second!),
    }
  } catch {
    return undefined
  }
}

/** An answer as it goes over the wire. */
export function encodeAnswer(request: SnmpRequest, answer: SnmpAnswer): Buffer {
  const { varbinds, status = 0, index = 0, community = request.community, version = request.version } = answer
  const list = varbinds.map(([name, value]) => element(0x30, oid(name), value))
  const pdu = element(RESPONSE, integer(2, request.id), integer(2, status), integer(2, index), element(0x30, ...list))
  return element(0x30, integer(2, version), element(4, Buffer.from(community)), pdu)
}

/** Where the first OID after `name` stands among sorted ones. */
function firstAfter(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle] ?? "", name) > 0) high = middle
    else low = middle + 1
  }
  return low
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)]
  for (const [i, part] of left.entries()) {
    const difference = part - (right[i] ?? -1)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
