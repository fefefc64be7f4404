import fc from "fast-check"
import { expect, test } from "vitest"
import type { FrameWriter } from "../wire/frame-writer.js"
import { Confirms } from "./confirms.js"

/** Replays what a client does with confirms: which publish is settled how. */
class Client {
  readonly settled = new Map<number, string>()
  frames = 0
  #lowest = 1

  readonly writer = {
    ack: (_channel: number, tag: number, multiple: boolean) => this.#settle("ack", tag, multiple),
    nack: (_channel: number, tag: number, multiple: boolean) => this.#settle("nack", tag, multiple),
  } as FrameWriter

  #settle(how: string, tag: number, multiple: boolean): void {
    this.frames++
    for (let each = multiple ? this.#lowest : tag; each <= tag; each++) {
      if (!this.settled.has(each)) this.settled.set(each, how)
    }
    while (this.settled.has(this.#lowest)) this.#lowest++
  }
}

test("every publish is settled once and as it ended, in order, with one frame for each run", () => {
  const turns = fc.array(fc.array(fc.boolean(), { maxLength: 10 }))
  fc.assert(
    fc.property(turns, (all) => {
      const client = new Client()
      const confirms = new Confirms(1, client.writer)
      for (const turn of all) {
        let due = false
        for (const accepted of turn) due = confirms.settle(accepted) || due
        const before = client.frames
        confirms.flush()
        if (!due) expect(client.frames).toBe(before)
      }
      const published = all.flat()
      expect([...client.settled.keys()]).toEqual(published.map((_, index) => index + 1))
      expect([...client.settled.values()]).toEqual(published.map((accepted) => (accepted ? "ack" : "nack")))
      const runs = all.map((turn) => turn.filter((accepted, index) => !accepted || turn[index - 1] !== true).length)
      expect(client.frames).toBe(runs.reduce((sum, count) => sum + count, 0))
    }),
  )
})
