import { expect, test, vi } from "vitest"
import type { TileAddress } from "../api.js"
import { spanOf } from "../lib/levels.js"
import { TileStore } from "./tile-store.js"

const NOW = 1_795_606_200_000
const LEVEL = 9
const SPAN = spanOf(LEVEL)

/** A server whose answers the test gives: each call waits until it is answered or given up. */
class Server {
  readonly calls: {
    tiles: TileAddress[]
    signal: AbortSignal
    answer: (missing?: boolean) => void
    fail: () => void
  }[] = []
  readonly fetch = (tiles: TileAddress[], signal: AbortSignal) =>
    new Promise<ArrayBuffer>((resolve, reject) => {
      const fail = () => reject(new Error("gone"))
      signal.addEventListener("abort", fail)
      this.calls.push({ tiles, signal, fail, answer: (missing = false) => resolve(bodyOf(tiles, missing)) })
    })
}

function bodyOf(tiles: TileAddress[], missing: boolean): ArrayBuffer {
  const size = missing ? 4 : 36
  const body = new ArrayBuffer(tiles.length * size)
  const view = new DataView(body)
  if (missing) return body
  tiles.forEach((_, i) => {
    view.setUint32(i * size, 32, true)
    view.setUint32(i * size + 4, 0x3154514d, true)
  })
  return body
}

function start() {
  vi.useFakeTimers({ now: NOW })
  const server = new Server()
  const arrived = vi.fn()
  return { server, arrived, store: new TileStore(server.fetch, arrived) }
}
const spanAt = (index: number, count = 1) => ({ from: index * SPAN, to: (index + count) * SPAN })
const old = Math.floor(NOW / SPAN) - 1000
const settle = () => vi.advanceTimersByTimeAsync(50)

test("the window's tiles come first, then coarser ones and those beside it", async () => {
  const { server, store } = start()
  store.want([{ metric: "a", level: LEVEL, span: spanAt(old) }], NOW, 1000)
  await settle()
  expect(server.calls).toHaveLength(1)
  const [first, second] = server.calls[0]!.tiles
  expect(first).toEqual({ metric: "a", level: LEVEL, index: old })
  expect(second?.level).toBe(LEVEL + 2)
  expect(server.calls[0]!.tiles.map(({ level, index }) => [level, index])).toContainEqual([LEVEL, old + 1])
})

test("what is at hand is not asked for again", async () => {
  const { server, store, arrived } = start()
  const wish = [{ metric: "a", level: LEVEL, span: spanAt(old) }]
  store.want(wish, NOW, 1000)
  await settle()
  server.calls[0]!.answer()
  await settle()
  expect(arrived).toHaveBeenCalledOnce()
  expect(store.find("a", LEVEL, old)).toBeDefined()
  store.want(wish, NOW, 1000)
  await settle()
  expect(server.calls).toHaveLength(1)
})

test("a request of which nothing is wanted any more is given up", async () => {
  const { server, store, arrived } = start()
  store.want([{ metric: "a", level: LEVEL, span: spanAt(old) }], NOW, 1000)
  await settle()
  store.want([{ metric: "a", level: LEVEL, span: spanAt(old - 500) }], NOW, 1000)
  await settle()
  expect(server.calls[0]!.signal.aborted).toBe(true)
  expect(server.calls).toHaveLength(2)
  expect(arrived).not.toHaveBeenCalled()
})

test("the head tile is read again when it is old, and nothing lies in the future", async () => {
  const { server, store } = start()
  const head = Math.floor(NOW / SPAN)
  const wish = [{ metric: "a", level: LEVEL, span: spanAt(head, 3) }]
  store.want(wish, NOW, 1000)
  await settle()
  expect(Math.max(...server.calls[0]!.tiles.filter(({ level }) => level === LEVEL).map(({ index }) => index))).toBe(
    head,
  )
  server.calls[0]!.answer()
  await settle()
  store.want(wish, NOW + 500, 1000)
  await settle()
  expect(server.calls).toHaveLength(1)
  store.want(wish, NOW + 5000, 1000)
  await settle()
  expect(server.calls[1]!.tiles).toContainEqual({ metric: "a", level: LEVEL, index: head })
})

test("a failure is tried again, a tile that cannot be made only later", async () => {
  const { server, store } = start()
  const wish = [{ metric: "a", level: LEVEL, span: spanAt(old) }]
  store.want(wish, NOW, 1000)
  await settle()
  server.calls[0]!.fail()
  await vi.advanceTimersByTimeAsync(3000)
  expect(server.calls).toHaveLength(2)
  server.calls[1]!.answer(true)
  await settle()
  store.want(wish, Date.now(), 1000)
  await settle()
  expect(server.calls).toHaveLength(2)
  store.want(wish, Date.now() + 60_000, 1000)
  await settle()
  expect(server.calls).toHaveLength(3)
})

test("many tiles go in requests of 64, three at a time", async () => {
  const { server, store } = start()
  const wishes = Array.from({ length: 50 }, (_, i) => ({ metric: `m${i}`, level: LEVEL, span: spanAt(old, 8) }))
  store.want(wishes, NOW, 1000)
  await settle()
  expect(server.calls.map(({ tiles }) => tiles.length)).toEqual([64, 64, 64])
  server.calls[0]!.answer()
  await settle()
  expect(server.calls).toHaveLength(4)
})
