import type { Stretch } from "./stretch.js"

/** The aggregate of some time; changed in place. */
export class Total {
  minimum = Number.POSITIVE_INFINITY
  maximum = Number.NEGATIVE_INFINITY
  sum = 0
  count = 0
  integral = 0
  active = 0

  reset(): void {
    this.minimum = Number.POSITIVE_INFINITY
    this.maximum = Number.NEGATIVE_INFINITY
    this.sum = this.count = this.integral = this.active = 0
  }

  /** Add a piece, or `share` of its time and `counted` of its points. */
  add(stretch: Omit<Stretch, "kind" | "from" | "to">, i: number, share = 1, counted = share): void {
    this.minimum = Math.min(this.minimum, stretch.minimum[i]!)
    this.maximum = Math.max(this.maximum, stretch.maximum[i]!)
    this.sum += stretch.sum[i]! * counted
    this.count += stretch.count[i]! * counted
    this.integral += stretch.integral[i]! * share
    this.active += stretch.active[i]! * share
  }

  /** Whether anything is known. */
  get isKnown(): boolean {
    return this.active > 0 || this.count > 0
  }

  /** Over time where times are known, else over points. */
  get mean(): number {
    return this.active > 0 ? this.integral / this.active : this.sum / this.count
  }
}
