import type { SeenClient } from "../network/client-list.js"
import type { ClientObservation, ConfigurationObservation } from "./observation.js"
import { textOf } from "./optional-rpc.js"

/** Hosts that changed longer ago are forgotten. */
const HOSTS_MS = 3_600_000
/** Hosts remembered of a client. */
const MOST_HOSTS = 4

interface Memory {
  /** Its clock in its last answer. */
  clock: string
  host: string
  readonly changes: number[]
  readonly hosts: string[]
}

/** Turns lists of clients into observations; remembers what hosts they were on. Its memory is that of the list. */
export class ClientObserver {
  #memory = new Map<string, Memory>()

  observe(clients: readonly SeenClient[], nowMs: number): ClientObservation[] {
    const memory = new Map<string, Memory>()
    const observed = clients.map((client) => {
      const known = this.#memory.get(client.token)
      const { fresh, now } = remember(known, client, nowMs)
      memory.set(client.token, now)
      const isUp = client.state === "up"
      return {
        ...{ token: client.token, isUp, lastSeenMs: Date.parse(client.lastSeen), host: now.host || undefined },
        ...{ hosts: [...now.hosts].sort(), hostChanges: now.changes.length },
        clockS: isUp && fresh ? clockOf(client) : undefined,
        configuration: configurationOf(client),
      }
    })
    this.#memory = memory
    return observed
  }
}

/** `fresh`: it has answered since the look before. */
function remember(known: Memory | undefined, { discover = {} }: SeenClient, nowMs: number) {
  const [clock, host] = [textOf(discover.currentTime), textOf(discover.hostname)]
  const changes = (known?.changes ?? []).filter((ms) => nowMs - ms < HOSTS_MS)
  const hosts = changes.length === 0 ? [] : (known?.hosts ?? [])
  if (known !== undefined && host !== "" && known.host !== "" && host !== known.host) {
    changes.push(nowMs)
    hosts.push(...[known.host, host].filter((each) => !hosts.includes(each)))
  }
  const now: Memory = { clock, host: host || (known?.host ?? ""), changes, hosts: hosts.slice(0, MOST_HOSTS) }
  return { now, fresh: clock !== "" && clock !== known?.clock }
}

/** Its clock when it answered against the manager's when that came, in seconds. */
function clockOf({ discover = {}, lastSeen }: SeenClient): number | undefined {
  const offS = (Date.parse(textOf(discover.currentTime)) - Date.parse(lastSeen)) / 1000
  return Number.isNaN(offS) ? undefined : offS
}

function configurationOf(client: SeenClient): ConfigurationObservation | undefined {
  const { configuration } = client as { configuration?: Record<string, Record<string, unknown> | undefined> }
  if (typeof configuration !== "object" || configuration === null) return undefined
  const { stored, accepted, refused } = configuration
  return {
    ...(stored && { stored: textOf(stored.revision), storedMs: Date.parse(textOf(stored.time)) || 0 }),
    ...(accepted && { accepted: textOf(accepted.revision) }),
    ...(refused && { refused: { revision: textOf(refused.revision), text: textOf(refused.text) } }),
  }
}
