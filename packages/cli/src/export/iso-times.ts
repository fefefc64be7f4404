import { Timestamp } from "@metricq/protocol"

const NS_PER_SECOND = 1_000_000_000n

/** Prints times as ISO 8601 like `Timestamp.toIso`, several times as fast where they follow each other. */
export class IsoTimes {
  #second = Number.NaN
  #text = ""

  /** `2026-11-23T16:44:20.500Z`, with the 0, 3, 6 or 9 digits of a second that the time needs. */
  print(ns: bigint): string {
    if (ns < 0n) return Timestamp.fromNs(ns).toIso()
    const second = Number(ns / NS_PER_SECOND)
    if (second !== this.#second) {
      this.#second = second
      this.#text = new Date(second * 1000).toISOString().slice(0, 19)
    }
    return `${this.#text}${fraction(Number(ns % NS_PER_SECOND))}Z`
  }
}

function fraction(ns: number): string {
  if (ns === 0) return ""
  if (ns % 1_000_000 === 0) return `.${String(ns / 1_000_000).padStart(3, "0")}`
  if (ns % 1000 === 0) return `.${String(ns / 1000).padStart(6, "0")}`
  return `.${String(ns).padStart(9, "0")}`
}
