/** A word about what has just been done. */
export interface Toast {
  id: number
  text: string
  isBad: boolean
  /** What can be done about it, such as taking it back. */
  action?: { text: string; act: () => void }
}

const SHOWN_MS = 10_000
const MOST = 4

/** What is shown now, the newest last. Reactive. */
export const toasts: Toast[] = $state([])

let nextId = 1
const timers = new Map<number, ReturnType<typeof setTimeout>>()

/** Say something for ten seconds, longer while the mouse or the focus is on it. */
export function toast(text: string, options: { isBad?: boolean; action?: Toast["action"] } = {}): void {
  const { isBad = false, action } = options
  const id = nextId++
  toasts.push({ id, text, isBad, ...(action && { action }) })
  while (toasts.length > MOST && toasts[0]) dismiss(toasts[0].id)
  release(id)
}

/** Take it away. */
export function dismiss(id: number): void {
  hold(id)
  const index = toasts.findIndex((one) => one.id === id)
  if (index >= 0) toasts.splice(index, 1)
}

/** Keep it until {@link release}. */
export function hold(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
}

export function release(id: number): void {
  hold(id)
  timers.set(
    id,
    setTimeout(() => dismiss(id), SHOWN_MS),
  )
}
