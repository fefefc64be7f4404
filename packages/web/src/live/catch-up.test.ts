import { setImmediate as turn } from "node:timers/promises"
import type { Columns } from "@metricq/client"
import fc from "fast-check"
import { expect, test } from "vitest"
import { CatchUp } from "./catch-up.js"
import type { MissedPiece } from "./missed.js"

const columns = (times: readonly bigint[]): Columns => ({
  times: BigInt64Array.from(times),
  values: Float64Array.from(times, Number),
})

/** A source, a database and a live queue, each of which goes on only when it is told to. */
class FakeNetwork {
  #sent = 0n
  #stored = 0n
  #live = 0n
  #asked: (() => void)[] = []
  readonly got: bigint[] = []
  readonly skipped: string[] = []
  ended = false
  catchUp: CatchUp

  readonly #mostPoints: bigint

  constructor({
    sinceNs,
    bufferLimit,
    page,
    mostPoints,
  }: Record<"bufferLimit" | "page" | "mostPoints", number> & { sinceNs: bigint }) {
    this.#mostPoints = BigInt(mostPoints)
    this.catchUp = new CatchUp({
      sinceNs,
      bufferLimit,
      retryMs: [0, 0],
      read: (afterNs) => this.#read(afterNs, BigInt(page)),
      deliver: async (piece) => {
        this.#take(piece)
        await turn()
      },
      hand: (piece) => {
        if (this.ended) throw new Error("nobody takes this any more")
        this.#take(piece)
      },
      onEnd: () => {
        this.ended = true
      },
    })
  }

  #take(piece: MissedPiece): void {
    if (piece.kind === "points") this.got.push(...piece.columns.times)
    if (piece.kind === "rows") for (let time = piece.rows[0]!.timeNs; time < piece.upToNs; time++) this.got.push(time)
    if (piece.kind === "skipped") this.skipped.push(piece.skipped.reason)
  }

  /** Times are 1, 2, 3, … */
  send(count: number): void {
    this.#sent += BigInt(count)
  }

  store(count: number): void {
    const to = this.#stored + BigInt(count)
    this.#stored = to < this.#sent ? to : this.#sent
  }

  /** Points from now on come live. */
  subscribe(): void {
    this.#live = this.#sent
    void this.catchUp.start()
  }

  deliver(count: number): void {
    const to = this.#live + BigInt(count)
    const times: bigint[] = []
    while (this.#live < to && this.#live < this.#sent) times.push(++this.#live)
    if (times.length === 0) return
    if (this.ended) this.got.push(...times)
    else this.catchUp.onPoints(columns(times))
  }

  /** The database answers what it was asked. */
  answer(): void {
    for (const answer of this.#asked.splice(0)) answer()
  }

  async *#read(afterNs: bigint, page: bigint): AsyncGenerator<MissedPiece> {
    await new Promise<void>((resolve) => this.#asked.push(resolve))
    const stored = this.#stored
    let first = afterNs + 1n
    if (stored - afterNs > this.#mostPoints) {
      const row = { timeNs: first, minimum: 0, mean: 0, maximum: 0, count: Number(stored - first) }
      yield { kind: "rows", rows: [row], upToNs: stored }
      first = stored
    }
    for (let from = first; from <= stored; from += page) {
      const times: bigint[] = []
      for (let time = from; time < from + page && time <= stored; time++) times.push(time)
      yield { kind: "points", columns: columns(times) }
    }
  }
}

const step = fc.record({
  deed: fc.constantFrom("send", "store", "deliver", "answer", "wait"),
  count: fc.integer({ min: 1, max: 9 }),
})

test("whatever is sent, stored and delivered when, each point comes once, in order", async () => {
  const cases = fc.record({
    before: fc.integer({ min: 0, max: 30 }),
    had: fc.integer({ min: 0, max: 30 }),
    bufferLimit: fc.integer({ min: 1, max: 12 }),
    page: fc.integer({ min: 1, max: 10 }),
    mostPoints: fc.integer({ min: 2, max: 60 }),
    steps: fc.array(step, { maxLength: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ before, had, steps, ...limits }) => {
      const since = BigInt(Math.min(had, before))
      const network = new FakeNetwork({ ...limits, sinceNs: since })
      network.send(before)
      network.subscribe()
      for (const { deed, count } of steps) {
        if (deed === "wait") await new Promise((resolve) => setTimeout(resolve, 1))
        else network[deed](count)
        await turn()
      }
      network.send(1)
      network.deliver(1000)
      network.store(1000)
      while (!network.catchUp.hasJoined) {
        network.answer()
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      network.send(1)
      network.deliver(1)
      expect(network.ended).toBe(true)
      const total = network.got.at(-1)!
      const expected: bigint[] = []
      for (let time = since + 1n; time <= total; time++) expected.push(time)
      expect(network.got).toEqual(expected)
      expect(network.skipped).toEqual([])
    }),
    { numRuns: 300 },
  )
}, 60_000)

async function ending(read: () => AsyncIterable<MissedPiece>, patienceMs: number): Promise<MissedPiece[]> {
  const pieces: MissedPiece[] = []
  await new Promise<void>((resolve) => {
    const catchUp = new CatchUp({
      ...{ sinceNs: 5n, bufferLimit: 10, read, patienceMs, retryMs: [1, 1] },
      deliver: async (piece) => void pieces.push(piece),
      hand: (piece) => void pieces.push(piece),
      onEnd: resolve,
    })
    catchUp.onPoints(columns([9n]))
    void catchUp.start()
  })
  return pieces
}

test("a metric that no database stores goes on live at once, and so do those of one that is behind or fails, in the end", async () => {
  const live = { kind: "points", columns: columns([9n]) }
  const skipped = (reason: string) => ({ kind: "skipped", skipped: { fromNs: 6n, toNs: 9n, reason } })
  const failing = (code: string) =>
    async function* (): AsyncGenerator<MissedPiece> {
      yield* []
      throw Object.assign(new Error("no"), { code })
    }
  expect(await ending(failing("not-stored"), 60_000)).toEqual([skipped("not-stored"), live])
  expect(await ending(failing("timeout"), 5)).toEqual([skipped("timeout"), live])
  expect(await ending(async function* () {}, 5)).toEqual([skipped("database-behind"), live])
})

test("what is stored late is found, even if nothing comes live any more", async () => {
  const network = new FakeNetwork({ sinceNs: 0n, bufferLimit: 10, page: 10, mostPoints: 100 })
  network.send(5)
  network.store(3)
  network.subscribe()
  const answered = async (count: number) => {
    await expect
      .poll(() => {
        network.answer()
        return network.got.length
      })
      .toBe(count)
  }
  await answered(3)
  network.store(2)
  await answered(5)
  network.catchUp.close()
})
