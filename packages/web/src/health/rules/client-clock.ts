import { durationText } from "../duration-text.js"
import type { NetworkRule } from "../observation.js"

/** So many clocks agree rather than err. */
const FEWEST_TO_AGREE = 3

/**
 * `client-clock`: the clock of a client's machine differs from the manager's. Where most clients differ by the same, it is the manager's own that is
 * wrong, and the finding is about that.
 */
export const clientClock: NetworkRule = {
  kind: "client-clock",
  check({ clients }, { clientClockS }) {
    if (clients === undefined) return "unknown"
    const told = clients.filter(({ isUp, clockS }) => isUp && clockS !== undefined)
    const middle = medianOf(told.map(({ clockS }) => clockS!))
    const off = told.filter(({ clockS }) => Math.abs(clockS!) > clientClockS)
    const isManager = hostsOf(off) >= FEWEST_TO_AGREE && Math.abs(middle) > clientClockS
    if (isManager) return [detection("manager", -middle)]
    return off.map(({ token, clockS }) => detection(token, clockS!))
  },
}

function detection(client: string, clockS: number) {
  const amount = durationText(Math.abs(clockS))
  const side = clockS > 0 ? "ahead" : "behind"
  return {
    ...({ kind: "client-clock", severity: "warning", subject: { client }, source: client } as const),
    message: `the clock of ${client} is ${amount} ${side}`,
    remedy: "set the clock of its machine, and let NTP keep it right",
    values: { offS: Math.round(Math.abs(clockS) * 10) / 10, side },
  }
}

function hostsOf(clients: readonly { readonly host: string | undefined }[]): number {
  return new Set(clients.map(({ host }) => host)).size
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
