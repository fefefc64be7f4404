import type { TileAddress } from "../api.js"
import { indexesOf, LAST_LEVEL, spanOf } from "../lib/levels.js"
import { LRU } from "../lib/lru.js"
import { splitTiles, type Tile } from "../lib/tile.js"
import type { Span } from "./span.js"

/** Bytes of tiles kept in memory. */
const CACHE_BYTES = 64 * 2 ** 20
const TILES_PER_REQUEST = 64
const REQUESTS_AT_ONCE = 3
/** A tile that reached into the last minute when it was read may be missing points. */
const SETTLING_MS = 60_000
const RETRY_MS = 2000
/** A tile that the server could not make is asked for again after this. */
const REFUSED_MS = 10_000
const OVERHEAD_BYTES = 200
/** Requests start so long after the first wish, so that those of one gesture's moment go together. */
const GATHER_MS = 40

/** Asks for many tiles at once: one body, with the length of each tile before it. */
export type FetchTiles = (tiles: TileAddress[], signal: AbortSignal) => Promise<ArrayBuffer>

/** What is to be shown: tiles are fetched for it, those for the window itself first. */
export interface Wish {
  metric: string
  level: number
  span: Span
}

interface Request {
  keys: string[]
  abort: AbortController
}

/**
 * The tiles at hand, and their fetching. {@link want} names what is to be seen; what is missing of it is fetched, requests of
 * which nothing is wanted any more are given up. Bounded: 64 MiB of tiles, three requests.
 */
export class TileStore {
  readonly #fetch: FetchTiles
  readonly #arrived: () => void
  readonly #tiles = new LRU<Tile>(CACHE_BYTES)
  readonly #refused = new Map<string, number>()
  #wanted = new Map<string, TileAddress>()
  readonly #pending = new Map<string, Request>()
  readonly #requests = new Set<Request>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** `arrived` is called after each answer that brought something. */
  constructor(fetch: FetchTiles, arrived: () => void) {
    this.#fetch = fetch
    this.#arrived = arrived
  }

  find(metric: string, level: number, index: number): Tile | undefined {
    return this.#tiles.get(keyOf({ metric, level, index }))
  }

  /**
   * Replace what is wanted. After the tiles of the wishes come those beside them and the next coarser ones, which make
   * the next step of a gesture seamless. Tiles that lie in the future are not asked for; those whose end was not settled when they were read are read
   * again if they are older than `headMs`.
   */
  want(wishes: readonly Wish[], now: number, headMs: number): void {
    const wanted = new Map<string, TileAddress>()
    const add = (metric: string, level: number, span: Span) => {
      const [first, last] = indexesOf(level, span.from, span.to)
      for (let index = first; index <= Math.min(last, first + 15); index++) {
        const address = { metric, level, index }
        if (index * spanOf(level) > now || this.#isGood(keyOf(address), address, now, headMs)) continue
        wanted.set(keyOf(address), address)
      }
    }
    for (const { metric, level, span } of wishes) add(metric, level, span)
    for (const { metric, level, span } of wishes) add(metric, Math.min(LAST_LEVEL, level + 2), span)
    for (const { metric, level, span } of wishes) {
      const width = span.to - span.from
      add(metric, level, { from: span.from - width, to: span.from })
      add(metric, level, { from: span.to, to: span.to + width })
    }
    this.#wanted = wanted
    for (const request of this.#requests) {
      if (!request.keys.some((key) => wanted.has(key))) request.abort.abort()
    }
    this.#schedule(GATHER_MS)
  }

  /** Give up everything under way. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const request of this.#requests) request.abort.abort()
  }

  #isGood(key: string, { level, index }: TileAddress, now: number, headMs: number): boolean {
    const tile = this.#tiles.peek(key)
    if (!tile) return now - (this.#refused.get(key) ?? 0) < REFUSED_MS
    const settled = (index + 1) * spanOf(level) <= tile.receivedAt - SETTLING_MS
    return settled || now - tile.receivedAt < headMs
  }

  #refuse(key: string, now: number): void {
    if (this.#refused.size > 10_000) this.#refused.clear()
    this.#refused.set(key, now)
  }

  #schedule(ms: number): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#send()
    }, ms)
  }

  #send(): void {
    while (this.#requests.size < REQUESTS_AT_ONCE) {
      const batch: TileAddress[] = []
      for (const [key, address] of this.#wanted) {
        if (this.#pending.has(key)) continue
        batch.push(address)
        if (batch.length === TILES_PER_REQUEST) break
      }
      if (batch.length === 0) return
      void this.#request(batch)
    }
  }

  async #request(batch: TileAddress[]): Promise<void> {
    const request: Request = { keys: batch.map(keyOf), abort: new AbortController() }
    this.#requests.add(request)
    for (const key of request.keys) this.#pending.set(key, request)
    let delay = 0
    try {
      const now = Date.now()
      const tiles = splitTiles(await this.#fetch(batch, request.abort.signal), now)
      for (const [i, key] of request.keys.entries()) {
        const tile = tiles[i]
        if (tile) this.#tiles.set(key, tile, tile.bytes + OVERHEAD_BYTES)
        else this.#refuse(key, now)
        this.#wanted.delete(key)
      }
      if (!this.#closed) this.#arrived()
    } catch {
      if (!request.abort.signal.aborted) delay = RETRY_MS
    } finally {
      this.#requests.delete(request)
      for (const key of request.keys) this.#pending.delete(key)
    }
    this.#schedule(delay)
  }
}

function keyOf({ metric, level, index }: TileAddress): string {
  return `${level} ${index} ${metric}`
}
