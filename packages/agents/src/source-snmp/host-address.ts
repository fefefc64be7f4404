import { hostnames } from "@metricq/client"

/** Where a host is. */
export interface HostAddress {
  /** Name or number, without brackets. */
  readonly host: string
  readonly port: number
}

/**
 * A host as it stands in a configuration: a name or number, with a port where needed. IPv6 numbers with a port stand in brackets.
 *
 * @throws {RangeError} if it is none
 */
export function parseAddress(text: string, defaultPort: number): HostAddress {
  const match = /^(?:\[([\da-f:.%\w]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/i.exec(text)
  const host = match?.[1] ?? match?.[2] ?? (/^[\da-f]*:[\da-f:.]*:[\da-f.]*(%\w+)?$/i.test(text) ? text : undefined)
  const port = match?.[3] === undefined ? defaultPort : Number(match[3])
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RangeError(`${JSON.stringify(text)} is no address such as "192.0.2.70" or "pdu.example:1161"`)
  }
  return { host, port }
}

/** An address for people. */
export function printAddress({ host, port }: HostAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`
}

/** Whether a text is a list of hosts; the brackets of an IPv6 number are none of a list. */
export function isHostlist(text: string): boolean {
  return text.includes(",") || /\[[\d\s,-]+\]/.test(text)
}

/** The addresses and infixes of an entry: one, or as many as its hostlist stands for. */
export function expandHost(address: string, infix: string): [address: string, infix: string][] {
  if (!isHostlist(address)) return [[address, infix]]
  const [addresses, infixes] = [hostnames(address), hostnames(infix)]
  if (addresses.length !== infixes.length) {
    throw new RangeError(`as many infixes as there are hosts, ${addresses.length}`)
  }
  return addresses.map((one, i) => [one, infixes[i] ?? infix])
}
