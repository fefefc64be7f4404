import type { JsonObject } from "@metricq/client"
import { patchBetween } from "@metricq/protocol"
import type { ClientRow } from "./client-row.js"

/** How often it is looked whether rows have changed, as long as somebody watches. */
const PERIOD_MS = 1000
/** Changes that are kept for those who come back, and characters of them as JSON. */
const MAX_CHANGES = 300
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Rows that are older are not shown to somebody who comes; they are read anew first. */
const USABLE_MS = 30_000
/** A start that seems to have moved by less is the same one, seen through another delay. */
const SAME_START_MS = 5_000

/** What is sent: all rows by token, or a merge patch of them; with the place in the feed behind it. */
export interface FeedEvent {
  readonly name: "clients" | "change"
  readonly id: string
  /** JSON. */
  readonly data: string
}

/** Who watches. Nothing may be thrown. */
export interface FeedListener {
  onEvent(event: FeedEvent): void
  /** The rows could not be read; they are tried again. */
  onTrouble(error: unknown): void
}

/**
 * The rows of all clients, and how they change: whoever watches gets all of them and then merge patches (RFC 7386) of them. Rows are read, once a
 * second, only while somebody watches. What changed last is kept, so that whoever was away for a moment gets what they have missed.
 */
export class ClientFeed {
  readonly #read: () => Promise<readonly ClientRow[]>
  /** Begin of ids: places in the feed of another process are none here. */
  readonly #run = Date.now().toString(36)
  readonly #listeners = new Set<FeedListener>()
  /** Those who have nothing yet, as nothing was read. */
  readonly #waiting = new Set<FeedListener>()
  #rows: JsonObject = {}
  #readRows: readonly ClientRow[] | undefined
  #readMs = Number.NEGATIVE_INFINITY
  #changes: { readonly at: number; readonly data: string }[] = []
  #characters = 0
  #at = 0
  #timer: NodeJS.Timeout | undefined
  #isReading = false
  #isDue = false

  /** @param read gives the same list again while nothing has changed */
  constructor(read: () => Promise<readonly ClientRow[]>) {
    this.#read = read
  }

  /** How many watch. */
  get viewers(): number {
    return this.#listeners.size
  }

  /**
   * Watch from now on, or, with the id of an event, from there if that is still known. Call what is returned to end it. The first event may come
   * before this returns.
   */
  watch(listener: FeedListener, lastId?: string): () => void {
    const missed = this.#missedSince(lastId)
    if (missed) for (const { at, data } of missed) listener.onEvent({ name: "change", id: this.#id(at), data })
    else if (performance.now() - this.#readMs < USABLE_MS) listener.onEvent(this.#all())
    else this.#waiting.add(listener)
    this.#listeners.add(listener)
    this.refresh()
    return () => {
      this.#listeners.delete(listener)
      this.#waiting.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  /** Look now whether something has changed, if somebody watches. */
  refresh(): void {
    if (this.#isReading) this.#isDue = true
    else if (this.#listeners.size > 0) void this.#round()
  }

  /** Read no more. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #round(): Promise<void> {
    clearTimeout(this.#timer)
    this.#isReading = true
    this.#isDue = false
    try {
      this.#take(await this.#read())
    } catch (error) {
      for (const listener of this.#listeners) listener.onTrouble(error)
    }
    this.#isReading = false
    if (this.#listeners.size === 0) return
    this.#timer = setTimeout(() => this.refresh(), this.#isDue ? 0 : PERIOD_MS)
    this.#timer.unref()
  }

  #take(rows: readonly ClientRow[]): void {
    this.#readMs = performance.now()
    if (rows !== this.#readRows) {
      this.#readRows = rows
      const next = Object.fromEntries(rows.map((row) => [row.token, shown(row, this.#rows[row.token] as JsonObject)]))
      const patch = patchBetween(this.#rows, next)
      this.#rows = next
      if (patch) this.#tell(JSON.stringify(patch))
    }
    for (const listener of this.#waiting) listener.onEvent(this.#all())
    this.#waiting.clear()
  }

  #tell(data: string): void {
    this.#at++
    this.#changes.push({ at: this.#at, data })
    this.#characters += data.length
    while (this.#changes.length > MAX_CHANGES || this.#characters > MAX_CHARACTERS) {
      this.#characters -= this.#changes.shift()?.data.length ?? 0
    }
    const event: FeedEvent = { name: "change", id: this.#id(this.#at), data }
    for (const listener of this.#listeners) if (!this.#waiting.has(listener)) listener.onEvent(event)
  }

  #all(): FeedEvent {
    return { name: "clients", id: this.#id(this.#at), data: JSON.stringify(this.#rows) }
  }

  #id(at: number): string {
    return `${this.#run}.${at}`
  }

  /** Changes behind a place; undefined if some of them are not known any more. */
  #missedSince(lastId: string | undefined) {
    const [run, place] = lastId?.split(".") ?? []
    const at = Number(place)
    if (run !== this.#run || !Number.isInteger(at) || at < 0 || at > this.#at) return undefined
    const missed = this.#changes.filter((change) => change.at > at)
    return missed.length === this.#at - at ? missed : undefined
  }
}

/** What a list shows of a row, without what changes with every look though nothing has happened. */
function shown({ discover: _, firstSeen: _f, lastFunction: _l, lastSeen, ...row }: ClientRow, before?: JsonObject) {
  const { rates, state, upSince } = row
  const measured = rates.measured === null ? {} : { measured: Number(rates.measured.toPrecision(3)) }
  const earlier = typeof before?.upSince === "string" ? before.upSince : undefined
  const isSame = earlier && upSince && Math.abs(Date.parse(earlier) - Date.parse(upSince)) < SAME_START_MS
  return {
    ...row,
    rates: { declared: rates.declared, ...measured },
    ...(isSame && { upSince: earlier }),
    ...(state !== "up" && { lastSeen }),
  } as unknown as JsonObject
}
