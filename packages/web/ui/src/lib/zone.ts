/** Calendar of one time zone. "Wall time" is what a clock there shows, counted in ms as if it were UTC. */
export interface Zone {
  /** IANA name. */
  readonly name: string
  /** What clocks show at an instant. */
  wall(ms: number): number
  /** The instant at which clocks show this; the earlier of two, and after a jump forward the instant of the jump's rule before it. */
  instant(wall: number): number
}

const zones = new Map<string, Zone>()

/** The zone of a name; `local` is the browser's, what Intl does not know is UTC. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  const zone = makeZone(name === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : name)
  zones.set(name, zone)
  return zone
}

function makeZone(name: string): Zone {
  if (name === "UTC") return { name, wall: (ms) => ms, instant: (wall) => wall }
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    })
  } catch {
    return zoneOf("UTC")
  }
  const offsets = new Map<number, number>()
  const offset = (ms: number): number => {
    const quarter = Math.floor(ms / 900_000)
    let known = offsets.get(quarter)
    if (known === undefined) {
      if (offsets.size > 4096) offsets.clear()
      known = offsetAt(format, quarter * 900_000)
      offsets.set(quarter, known)
    }
    return known
  }
  return {
    name,
    wall: (ms) => ms + offset(ms),
    instant: (wall) => {
      const before = offset(wall - 86_400_000)
      const guess = wall - before
      return offset(guess) === before ? guess : wall - offset(guess)
    },
  }
}

/** Difference of wall time and UTC, in ms; zones change it only at whole quarters of an hour. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(ms)) parts[type] = value
  const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year)
  const wall = new Date(0)
  wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day))
  wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second))
  return wall.getTime() - ms
}
