/** How far below the nodes a way back runs, in pixels. */
const DIP = 34

interface Point {
  readonly x: number
  readonly y: number
}

/** The line of an edge as an SVG path: level at its ends and at each point; one that leads back goes below. */
export function curve(points: readonly Point[], isBack = false): string {
  const [first, ...rest] = points
  if (first === undefined) return ""
  if (isBack) return wayBack(first, rest.at(-1) ?? first)
  let path = `M${first.x} ${first.y}`
  let before = first
  for (const point of rest) {
    const middle = (before.x + point.x) / 2
    path += before.y === point.y ? `H${point.x}` : `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`
    before = point
  }
  return path
}

function wayBack(from: Point, to: Point): string {
  const low = Math.max(from.y, to.y) + DIP
  return `M${from.x} ${from.y}C${from.x} ${low} ${from.x} ${low} ${(from.x + to.x) / 2} ${low}S${to.x} ${low} ${to.x} ${to.y}`
}

/** Where the text of an edge stands: in the middle of its last bend. */
export function labelPlace(points: readonly Point[], isBack = false): Point {
  const to = points.at(-1) ?? { x: 0, y: 0 }
  const from = isBack ? (points[0] ?? to) : (points.at(-2) ?? to)
  const y = isBack ? Math.max(from.y, to.y) + DIP : (from.y + to.y) / 2
  return { x: (from.x + to.x) / 2, y }
}
