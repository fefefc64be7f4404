import type { RowBlock } from "../row-block.js"

/** Whether the rows between row `i` and the next, which do not follow each other, are filled by the value that fills both. */
export function isStretch({ minimum, maximum, count, activeNs }: RowBlock, i: number, interval: number): boolean {
  return (
    count[i] === 0 &&
    count[i + 1] === 0 &&
    activeNs[i] === interval &&
    activeNs[i + 1] === interval &&
    minimum[i] === minimum[i + 1] &&
    minimum[i] === maximum[i]
  )
}
