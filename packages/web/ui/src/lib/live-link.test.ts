import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { LastValue } from "../api.js"
import { isNewer, LiveLink, MOST_LIVE } from "./live-link.js"
import type { PlainSocket } from "./steady-socket.js"

class FakeSocket implements PlainSocket {
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  readonly sent: { subscribe?: string[]; unsubscribe?: string[]; interval?: number }[] = []
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  close(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.()
  }
  tell(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function linkUnderTest() {
  const sockets: FakeSocket[] = []
  const values = new Map<string, LastValue | null>()
  const asked: string[][] = []
  const link = new LiveLink({
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    ask: async (names) => {
      asked.push(names)
      return Object.fromEntries(names.map((name) => [name, { time: "1", value: 1 }]))
    },
    onValues: (fresh) => {
      for (const [name, value] of fresh) values.set(name, value)
    },
  })
  return { link, sockets, values, asked }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test("what several watch is subscribed once, and until the last one has left", async () => {
  const { link, sockets } = linkUnderTest()
  const leaveFirst = link.watch(["a", "b"])
  const leaveSecond = link.watch(["b"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  leaveFirst()
  await vi.advanceTimersByTimeAsync(1000)
  leaveSecond()
  await vi.advanceTimersByTimeAsync(1000)
  expect(sockets[0]?.sent).toEqual([
    { subscribe: ["a", "b"], interval: 1000 },
    { unsubscribe: ["a"] },
    { unsubscribe: ["b"] },
  ])
  expect(sockets.length).toBe(1)
})

test("a list that scrolls a little tells only what is different", async () => {
  const { link, sockets } = linkUnderTest()
  const leave = link.watch(["a", "b"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  leave()
  await vi.advanceTimersByTimeAsync(120)
  link.watch(["b", "c"])
  await vi.advanceTimersByTimeAsync(100)
  expect(sockets[0]?.sent.slice(1)).toEqual([{ unsubscribe: ["a"] }, { subscribe: ["c"], interval: 1000 }])
})

test("the mean of the newest row is the value, and the newest point", async () => {
  const { link, sockets, values } = linkUnderTest()
  link.watch(["a", "b", "c"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  sockets[0]?.tell({
    last: { a: ["100", 7], c: null },
    rows: {
      b: [
        ["2000", 1, 5, 9, 3],
        ["1000", 0, 0, 0, 1],
      ],
    },
  })
  sockets[0]?.tell({
    points: {
      a: [
        ["200", 8],
        ["300", null],
      ],
    },
  })
  expect(Object.fromEntries(values)).toEqual({
    a: { time: "300", value: null },
    b: { time: "2000", value: 5 },
    c: null,
  })
})

test("without a connection values are asked for, and no more once it is there", async () => {
  const { link, sockets, asked } = linkUnderTest()
  link.watch(["a"])
  await vi.advanceTimersByTimeAsync(2500)
  expect(asked).toEqual([["a"], ["a"]])
  sockets[0]?.open()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked.length).toBe(2)
})

test("a connection that was cut off is made again, later each time, with all that is watched", async () => {
  const { link, sockets } = linkUnderTest()
  link.watch(["a"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  sockets[0]?.close()
  await vi.advanceTimersByTimeAsync(499)
  expect(sockets.length).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  sockets[1]?.close()
  await vi.advanceTimersByTimeAsync(999)
  expect(sockets.length).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  sockets[2]?.open()
  expect(sockets[2]?.sent).toEqual([{ subscribe: ["a"], interval: 1000 }])
})

test("out of sight there is neither a connection nor a question", async () => {
  const { link, sockets, asked } = linkUnderTest()
  link.watch(["a"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  link.pause()
  expect(sockets[0]?.readyState).toBe(3)
  const before = asked.length
  link.watch(["b"])
  await vi.advanceTimersByTimeAsync(60_000)
  expect([sockets.length, asked.length]).toEqual([1, before])
  link.resume()
  await vi.advanceTimersByTimeAsync(100)
  sockets[1]?.open()
  expect(sockets[1]?.sent).toEqual([{ subscribe: ["a", "b"], interval: 1000 }])
})

test("a connection that nobody needs goes after a while", async () => {
  const { link, sockets } = linkUnderTest()
  const leave = link.watch(["a"])
  await vi.advanceTimersByTimeAsync(100)
  sockets[0]?.open()
  leave()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sockets[0]?.readyState).toBe(1)
  await vi.advanceTimersByTimeAsync(1500)
  expect(sockets[0]?.readyState).toBe(3)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sockets.length).toBe(1)
})

test("more than one connection may watch are asked for instead", async () => {
  const { link, sockets, asked } = linkUnderTest()
  link.watch(Array.from({ length: MOST_LIVE + 2 }, (_, i) => `m${i}`))
  await vi.advanceTimersByTimeAsync(61)
  sockets[0]?.open()
  await vi.advanceTimersByTimeAsync(2000)
  expect(sockets[0]?.sent[0]?.subscribe?.length).toBe(MOST_LIVE)
  expect(asked.at(-1)).toEqual([`m${MOST_LIVE}`, `m${MOST_LIVE + 1}`])
})

test("while the server cannot listen, values are asked for as well", async () => {
  const { link, sockets, asked } = linkUnderTest()
  link.watch(["a"])
  await vi.advanceTimersByTimeAsync(61)
  sockets[0]?.open()
  await vi.advanceTimersByTimeAsync(1000)
  const before = asked.length
  sockets[0]?.tell({ error: { code: "no-live-data" } })
  await vi.advanceTimersByTimeAsync(2500)
  expect(asked.length).toBeGreaterThan(before)
})

test("a late value does not replace a newer one", () => {
  const at = (time: string) => ({ time, value: 1 })
  expect(isNewer(at("9"), at("10"))).toBe(false)
  expect(isNewer(at("10"), at("10"))).toBe(true)
  expect(isNewer(null, at("10"))).toBe(false)
  expect(isNewer(null, undefined)).toBe(true)
})
