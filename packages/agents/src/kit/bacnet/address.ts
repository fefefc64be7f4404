import { isIPv4 } from "node:net"

/** The port of BACnet/IP, 0xBAC0. */
export const BACNET_PORT = 47_808

/** Where a device is: on the own network, or behind a router to another one. */
export interface DeviceAddress {
  readonly host: string
  readonly port: number
  /** Number of the network behind the router, and the device's address there. */
  readonly network?: number
  readonly station?: readonly number[]
}

/** Where this program listens. */
export interface LocalAddress {
  readonly host: string
  readonly port: number
  /** Where broadcasts go; without it there is no way to broadcast. `isHeard`: what others broadcast comes there. */
  readonly broadcast?: { readonly host: string; readonly port: number; readonly isHeard: boolean }
}

/**
 * A device's address: `192.0.2.40`, `192.0.2.40:47809`, or `2001:12@192.0.2.1` for station 12 of network 2001 behind the router
 * 192.0.2.1. A station's address longer than a byte is written `0x0a0b`. `undefined` for other texts.
 */
export function parseDeviceAddress(text: string): DeviceAddress | undefined {
  const [, route, network = "", mac = "", place = ""] = /^\s*((\d{1,5}):(\w+)@)?([\d.:]+)\s*$/.exec(text) ?? []
  const [host = "", digits = String(BACNET_PORT), ...more] = place.split(":")
  const port = portNumber(digits)
  if (!isIPv4(host) || port === undefined || more.length > 0) return undefined
  if (route === undefined) return { host, port }
  const station = parseStation(mac)
  const number = Number(network)
  return station === undefined || number < 1 || number > 65_534 ? undefined : { host, port, network: number, station }
}

/** The same device always has the same text, and the port stands there. */
export function addressKey({ host, port, network, station }: DeviceAddress): string {
  return network === undefined ? `${host}:${port}` : `${network}:0x${hexOf(station ?? [])}@${host}:${port}`
}

/** As people write it: without the usual port. */
export function printAddress({ host, port, network, station = [] }: DeviceAddress): string {
  const place = port === BACNET_PORT ? host : `${host}:${port}`
  if (network === undefined) return place
  return `${network}:${station.length === 1 ? station[0] : `0x${hexOf(station)}`}@${place}`
}

/** The own address: `192.0.2.9`, `192.0.2.9/24`, `192.0.2.9/24:47809`. Only with a prefix there are broadcasts. `undefined` for other texts. */
export function parseLocalAddress(text: string): LocalAddress | undefined {
  const [, host = "", prefix, digits = String(BACNET_PORT)] =
    /^\s*([\d.]+)(?:\/(\d{1,2}))?(?::(\d{1,5}))?\s*$/.exec(text) ?? []
  const port = portNumber(digits)
  if (!isIPv4(host) || port === undefined || Number(prefix ?? 0) > 32) return undefined
  if (prefix === undefined) return { host, port }
  return { host, port, broadcast: { host: broadcastOf(host, Number(prefix)), port, isHeard: true } }
}

function broadcastOf(host: string, prefix: number): string {
  const number = host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - prefix)
  const last = Math.floor(number / size) * size + size - 1
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join(".")
}

function portNumber(digits: string): number | undefined {
  const port = Number(digits)
  return /^\d{1,5}$/.test(digits) && port >= 1 && port <= 65_535 ? port : undefined
}

function parseStation(text: string): number[] | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) < 256 ? [Number(text)] : undefined
  return /^0x([0-9a-f]{2}){1,7}$/i.test(text) ? [...Buffer.from(text.slice(2), "hex")] : undefined
}

function hexOf(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString("hex")
}
