/** Scales between which a graph can be looked at. */
const SMALLEST = 0.1
const LARGEST = 2.5
/** Room around a graph that is fitted in. */
const MARGIN = 24

/** Which part of a graph is seen: graph coordinates times `scale`, moved by `x` and `y`, are pixels of the window. Reactive. */
export class Viewport {
  x = $state(0)
  y = $state(0)
  scale = $state(1)
  /** The reader has moved it: it is not fitted any more by itself. */
  isMoved = $state(false)

  /** Show all of a graph, but not larger than it is, and not smaller than `least`: then its left end. */
  fit(graph: { width: number; height: number }, window: { width: number; height: number }, least: number): void {
    const wanted = Math.min((window.width - 2 * MARGIN) / graph.width, (window.height - 2 * MARGIN) / graph.height, 1)
    this.scale = bounded(Math.max(wanted, least))
    this.x = Math.max(MARGIN, (window.width - graph.width * this.scale) / 2)
    const free = window.height - graph.height * this.scale
    this.y = free < 2 * MARGIN ? MARGIN : Math.max(MARGIN, free * 0.42)
    this.isMoved = false
  }

  pan(dx: number, dy: number): void {
    this.x += dx
    this.y += dy
    this.isMoved = true
  }

  /** Enlarge so many times around a point of the window, which stays where it is. */
  zoom(factor: number, x: number, y: number): void {
    const scale = bounded(this.scale * factor)
    const real = scale / this.scale
    this.x = x - (x - this.x) * real
    this.y = y - (y - this.y) * real
    this.scale = scale
    this.isMoved = true
  }

  /** Move as little as possible so that a box of the graph is in the window. */
  reveal(
    box: { x: number; y: number; width: number; height: number },
    window: { width: number; height: number },
  ): void {
    const step = (from: number, to: number, size: number) =>
      from < MARGIN ? MARGIN - from : to > size - MARGIN ? Math.max(size - MARGIN - to, MARGIN - from) : 0
    const left = this.x + box.x * this.scale
    const top = this.y + box.y * this.scale
    const dx = step(left, left + box.width * this.scale, window.width)
    const dy = step(top, top + box.height * this.scale, window.height)
    this.x += dx
    this.y += dy
  }
}

function bounded(scale: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, scale))
}
