import { CounterGroup, type RateMetric } from "./counter-group.js"
import type { Choice } from "./selection.js"
import { decimal, fields } from "./text.js"

/** What an interface has sent and received since it came up: bytes and packets. */
export interface NicCounters {
  readonly sentBytes: number
  readonly recvBytes: number
  readonly sentPackets: number
  readonly recvPackets: number
}

type Four = [number, number, number, number]

/** Parses /proc/net/dev: counters by interface. Lines that are none are left out. */
export function parseNetDev(text: string): Map<string, NicCounters> {
  const nics = new Map<string, NicCounters>()
  for (const line of text.split("\n")) {
    // An alias (`eth0:1`) has a colon of its own, and long numbers may follow the last one without a blank.
    const colon = line.lastIndexOf(":")
    const numbers = fields(line.slice(colon + 1))
    const [recvBytes, recvPackets, sentBytes, sentPackets] = [0, 1, 8, 9].map((i) => decimal(numbers[i])) as Four
    if (colon < 1 || Number.isNaN(recvBytes + recvPackets + sentBytes + sentPackets)) continue
    nics.set(line.slice(0, colon).trim(), { sentBytes, recvBytes, sentPackets, recvPackets })
  }
  return nics
}

const METRICS: readonly RateMetric[] = [
  { suffix: "sent.bytes", unit: "B/s", description: (nic) => `data sent by network interface ${nic}` },
  { suffix: "recv.bytes", unit: "B/s", description: (nic) => `data received by network interface ${nic}` },
  { suffix: "sent.packets", unit: "Hz", description: (nic) => `packets sent by network interface ${nic}` },
  { suffix: "recv.packets", unit: "Hz", description: (nic) => `packets received by network interface ${nic}` },
]

/** `net.NIC.{sent,recv}.{bytes,packets}`; by default without loopback, bridges and the interfaces of containers. */
export function networkGroup(choice: Choice, minElapsedS: number): CounterGroup {
  return new CounterGroup({
    name: "net",
    metrics: METRICS,
    choice,
    minElapsedS,
    byDefault: (nic) => !/^(lo|br|docker|veth)/.test(nic),
    async sample(round) {
      const file = await round.text("/proc/net/dev")
      if (file === undefined) return []
      return [...parseNetDev(file.text)].map(([device, nic]) => ({
        device,
        counters: [nic.sentBytes, nic.recvBytes, nic.sentPackets, nic.recvPackets],
        atMs: file.atMs,
      }))
    },
  })
}
