import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { PlainSocket } from "../lib/steady-socket.js"
import { Live } from "./live.js"

const NOW = 1795154400000

class FakeSocket implements PlainSocket {
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  readonly sent: Record<string, unknown>[] = []

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  close(): void {
    this.readyState = 3
    this.onclose?.()
  }

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  tell(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function start() {
  const sockets: FakeSocket[] = []
  const rows: unknown[] = []
  let batches = 0
  const live = new Live({
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    onRow: (metric, rowMs, { time, mean }) => rows.push([metric, rowMs, time, mean]),
    onBatch: () => batches++,
  })
  return { live, sockets, rows, batches: () => batches, socket: () => sockets.at(-1) as FakeSocket }
}

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => void vi.useRealTimers())

test("fast metrics come in rows, slow ones point by point, both from a little before", () => {
  const { live, socket, rows, batches } = start()
  live.follow(
    new Map([
      ["slow", 0],
      ["fast", 50],
    ]),
  )
  expect(live.connected).toBe(false)
  socket().open()
  const since = `${NOW - 20_000}000000`
  expect(socket().sent).toEqual([
    { subscribe: ["slow"], interval: 0, since: { slow: since } },
    { subscribe: ["fast"], interval: 50, since: { fast: since } },
  ])
  socket().tell({ points: { slow: [[`${NOW}250000`, 1.5]], other: [[`${NOW}000000`, 9]] } })
  socket().tell({ rows: { fast: [[`${NOW}000000`, 1, null, 3, 50]] } })
  expect(rows).toEqual([
    ["slow", 0, NOW + 0.25, 1.5],
    ["fast", 50, NOW, Number.NaN],
  ])
  expect(batches()).toBe(2)
})

test("after an interruption it goes on where it was", () => {
  const { live, sockets, socket } = start()
  live.follow(
    new Map([
      ["a", 0],
      ["b", 0],
    ]),
  )
  socket().open()
  socket().tell({ points: { a: [[`${NOW - 1000}000123`, 1]], b: [[`${NOW - 90_000}000000`, 1]] } })
  socket().close()
  vi.advanceTimersByTime(500)
  expect(sockets).toHaveLength(2)
  socket().open()
  expect(socket().sent).toEqual([
    { subscribe: ["a", "b"], interval: 0, since: { a: `${NOW - 1000}000123`, b: `${NOW - 19_500}000000` } },
  ])
})

test("rows of another length begin before the last ones end", () => {
  const { live, socket } = start()
  live.follow(new Map([["a", 50]]))
  socket().open()
  socket().tell({ rows: { a: [[`${NOW}000000`, 1, 2, 3, 50]] } })
  live.follow(new Map([["a", 200]]))
  expect(socket().sent.slice(1)).toEqual([
    { unsubscribe: ["a"] },
    { subscribe: ["a"], interval: 200, since: { a: `${NOW - 150}000000` } },
  ])
})

test("nothing to follow closes the connection, and nothing opens it again", () => {
  const { live, sockets, socket } = start()
  live.follow(new Map([["a", 0]]))
  socket().open()
  live.follow(new Map())
  expect(live.connected).toBe(false)
  vi.advanceTimersByTime(60_000)
  expect(sockets).toHaveLength(1)
  live.close()
})

test("it is tried again, ever more slowly", () => {
  const { live, sockets, socket } = start()
  live.follow(new Map([["a", 0]]))
  const tries: number[] = []
  for (let second = 0; second < 120; second++) {
    socket().close()
    const before = sockets.length
    vi.advanceTimersByTime(1000)
    if (sockets.length > before) tries.push(second)
  }
  expect(tries.length).toBeLessThan(16)
  expect(tries.length).toBeGreaterThan(8)
})
