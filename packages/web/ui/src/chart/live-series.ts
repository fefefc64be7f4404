import type { Tile } from "../lib/tile.js"
import { LiveColumns, type LiveRow } from "./live-columns.js"

/** Lengths of rows that are kept beside each other: after a change of length the rows before it are still drawn. */
const MOST_LENGTHS = 4

/** The newest values of one metric, as they come in, in stretches of rows of the same length. */
export class LiveSeries {
  #stretches: LiveColumns[] = []

  /** A point of its own, with `rowMs` 0, or a row of an interval so long. */
  push(rowMs: number, row: LiveRow): void {
    let stretch = this.#stretches.at(-1)
    if (stretch?.rowMs !== rowMs) {
      stretch = new LiveColumns(rowMs)
      this.#stretches = [...this.#stretches, stretch].slice(-MOST_LENGTHS)
    }
    stretch.push(row)
  }

  /** The stretches as tiles, in the order of time; good until the next {@link push}. */
  tiles(): Tile[] {
    return this.#stretches.map((stretch) => stretch.tile()).filter((tile) => tile !== undefined)
  }
}
