import type { Choice } from "./selection.js"

/** Longer device names are cut, so that a metric name stays below its 255 bytes. */
const MAX_COMPONENT = 100

/**
 * The name of a device as a component of a metric name: every character but `A–Z a–z 0–9 _ -` becomes `_`
 * (`eth0.100` → `eth0_100`, `Package id 0` → `Package_id_0`), an empty name too; cut after 100 characters.
 */
export function metricComponent(device: string): string {
  return device.slice(0, MAX_COMPONENT).replaceAll(/[^A-Za-z0-9_-]/g, "_") || "_"
}

/** `wanted`, or with `_2`, `_3` … the first that is not among `taken`; added to them. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`
  taken.add(name)
  return name
}

/** Devices with a name each of their own: where several share one, the second becomes `name_2`. The order decides. */
export function distinct<T extends { readonly name: string }>(devices: readonly T[]): T[] {
  const taken = new Set<string>()
  return devices.map((device) => ({ ...device, name: freeName(device.name, taken) }))
}

interface Kept<T> {
  /** Undefined for a device that is left out. */
  state: T | undefined
  name: string
  round: number
}

/**
 * The devices of one group: which of them are chosen, under which name, and what is kept for each from round to round.
 *
 * Two devices whose names become the same component (`eth0.1` and `eth0_1`) are told apart by `_2`, `_3` …, for as long as
 * both are there. A device that is not asked for in a round is forgotten at its end; when it comes back, it is new.
 */
export class Devices<T> {
  readonly #choice: Choice
  readonly #make: (name: string, device: string) => T
  readonly #known = new Map<string, Kept<T>>()
  readonly #names = new Set<string>()
  #round = 0

  /** `make` gives what is to be kept for a device that is new: `name` is its component of metric names. */
  constructor(choice: Choice, make: (name: string, device: string) => T) {
    this.#choice = choice
    this.#make = make
  }

  /**
   * What is kept for a device; `undefined` if it is left out. `byDefault`: chosen where the configuration does not say.
   * `name`: what its component is made of, if that is not what tells it from others.
   */
  get(device: string, byDefault = true, name = device): T | undefined {
    let kept = this.#known.get(device)
    if (kept === undefined) {
      kept = this.#meet(device, byDefault, name)
      this.#known.set(device, kept)
    }
    kept.round = this.#round
    return kept.state
  }

  /** Ends a round: forgets the devices that were not asked for in it. */
  endRound(): void {
    for (const [device, kept] of this.#known) {
      if (kept.round === this.#round) continue
      this.#known.delete(device)
      this.#names.delete(kept.name)
    }
    this.#round += 1
  }

  #meet(device: string, byDefault: boolean, wanted: string): Kept<T> {
    const base = metricComponent(wanted)
    if (!this.#choice.chosen(base, byDefault)) return { state: undefined, name: "", round: this.#round }
    const name = freeName(base, this.#names)
    return { state: this.#make(name, device), name, round: this.#round }
  }
}
