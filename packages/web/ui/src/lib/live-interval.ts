/** Live rows are at least and at most so long: shorter ones cost more than points, longer ones come late. */
const LEAST_MS = 10
const MOST_MS = 500
/** Points that a row saves at least. */
const WORTH = 3

/**
 * How long the rows are, in ms, in which a metric of so many points a second is followed where a pixel is `msPerPixel` wide; 0 for single
 * points, where rows are not worth it. 1, 2 or 5 times a power of ten.
 */
export function liveInterval(rate: number, msPerPixel: number): number {
  const most = Math.min(MOST_MS, msPerPixel)
  if (!(most >= LEAST_MS)) return 0
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9)
  const rowMs = ([5, 2, 1].find((step) => step * power <= most * (1 + 1e-9)) ?? 1) * power
  return (rate * rowMs) / 1000 >= WORTH ? rowMs : 0
}
