import type { Viewport } from "./viewport.svelte.js"

/** Pixels that make a drag of a click. */
const DRAG = 4

/** Mouse, touch and wheel on a graph: drag moves, the wheel and two fingers zoom at the place where they are. For Svelte's `use:`. */
export function hands(element: HTMLElement, viewport: Viewport): { destroy(): void } {
  const pointers = new Map<number, { x: number; y: number }>()
  const listening = new AbortController()
  let isDragging = false
  let start = { x: 0, y: 0 }

  const on = <K extends keyof HTMLElementEventMap>(type: K, handle: (event: HTMLElementEventMap[K]) => void) =>
    element.addEventListener(type, handle, { signal: listening.signal, passive: false })
  const place = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const { left, top } = element.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  on("pointerdown", (event) => {
    if (event.button !== 0) return
    pointers.set(event.pointerId, place(event))
    isDragging = false
    start = place(event)
  })
  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId)
    if (before === undefined) return
    const now = place(event)
    if (!isDragging && Math.hypot(now.x - start.x, now.y - start.y) < DRAG) return
    if (!isDragging) element.setPointerCapture(event.pointerId)
    isDragging = true
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, one]) => one)
    if (other === undefined) viewport.pan(now.x - before.x, now.y - before.y)
    else pinch(before, now, other)
    pointers.set(event.pointerId, now)
  })
  for (const type of ["pointerup", "pointercancel"] as const) on(type, (event) => pointers.delete(event.pointerId))
  // A drag that ends on a node is no click on it.
  element.addEventListener(
    "click",
    (event) => {
      if (isDragging) event.stopPropagation()
      isDragging = false
    },
    { signal: listening.signal, capture: true },
  )
  on("wheel", (event) => {
    event.preventDefault()
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1)
    const { x, y } = place(event)
    viewport.zoom(Math.exp(-Math.max(-200, Math.min(200, pixels)) * (event.ctrlKey ? 0.008 : 0.0016)), x, y)
  })
  return { destroy: () => listening.abort() }

  function pinch(before: { x: number; y: number }, now: { x: number; y: number }, other: { x: number; y: number }) {
    const distance = (one: { x: number; y: number }) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y))
    viewport.zoom(distance(now) / distance(before), (now.x + other.x) / 2, (now.y + other.y) / 2)
    viewport.pan((now.x - before.x) / 2, (now.y - before.y) / 2)
  }
}
