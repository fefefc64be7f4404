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

/** Where the text of an edge stands: on its last level stretch between nodes if it has one, else in its bend, nearer to its begin or to its end. */
export function labelPlace(
  points: readonly Point[],
  { isBack = false, nearer = "end" as "start" | "end" } = {},
): Point {
  const to = points.at(-1) ?? { x: 0, y: 0 }
  if (isBack) return { x: ((points[0] ?? to).x + to.x) / 2, y: Math.max((points[0] ?? to).y, to.y) + DIP }
  const from = points.at(-2) ?? to
  if (points.length > 2) return { x: from.x - LABEL, y: from.y }
  const [along, across] = nearer === "end" ? [0.66, 0.79] : [0.34, 0.21]
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * across }
}

/** Half the room of a text. */
const LABEL = 26
