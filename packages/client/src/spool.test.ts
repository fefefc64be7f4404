import { describe, expect, test } from "vitest"
import { PublishFailed } from "./errors.js"
import { Spool } from "./spool.js"

const body = Buffer.alloc(24)
const chunkBytes = 224

function filled(count: number, options: ConstructorParameters<typeof Spool>[0] = {}): Spool {
  const spool = new Spool(options)
  for (let i = 1; i <= count; i++) spool.add(`m${i}`, body, 10)
  return spool
}

const sendAll = (spool: Spool) => {
  const sent: string[] = []
  for (let chunk = spool.next(0); chunk !== undefined; chunk = spool.next(0)) sent.push(chunk.metric)
  return sent
}

describe("on the way to the broker", () => {
  test("chunks leave in order, and are held until confirmed", () => {
    const spool = filled(3)
    expect(sendAll(spool)).toEqual(["m1", "m2", "m3"])
    expect(spool.stats).toMatchObject({ held: 30, delivered: 0 })
    spool.confirm(2, false)
    expect(spool.stats).toMatchObject({ held: 20, delivered: 10 })
    expect(spool.oldestInFlight?.metric).toBe("m1")
    spool.confirm(3, true)
    expect(spool.stats).toMatchObject({ held: 0, delivered: 30 })
    expect(spool.isEmpty).toBe(true)
    expect(spool.bytes).toBe(0)
  })

  test("confirms that come twice or for nothing change nothing", () => {
    const spool = filled(2)
    sendAll(spool)
    spool.confirm(1, true)
    spool.confirm(1, true)
    spool.confirm(1, false)
    spool.confirm(7, false)
    expect(spool.stats).toMatchObject({ held: 10, delivered: 10 })
  })

  test("without confirms a chunk has left when it is taken", () => {
    const spool = filled(2)
    expect(spool.nextUnconfirmed()?.metric).toBe("m1")
    expect(spool.stats).toMatchObject({ held: 10, delivered: 10 })
  })

  test("knows when all chunks up to one have passed", () => {
    const spool = filled(2)
    const serial = spool.lastSerial
    spool.add("later", body, 1)
    expect(spool.hasPassed(serial)).toBe(false)
    sendAll(spool)
    spool.confirm(2, false)
    expect(spool.hasPassed(serial)).toBe(false)
    spool.confirm(1, false)
    expect(spool.hasPassed(serial)).toBe(true)
    expect(spool.hasPassed(spool.lastSerial)).toBe(false)
  })
})

describe("after a lost connection", () => {
  test("what was in flight goes first, marked, and is numbered anew", () => {
    const spool = filled(4)
    for (let i = 0; i < 3; i++) spool.next(0)
    spool.confirm(2, false)
    expect(spool.rewind(false)).toEqual([])
    const again = [spool.next(0), spool.next(0), spool.next(0), spool.next(0)]
    expect(again.map((chunk) => [chunk?.metric, chunk?.resend])).toEqual([
      ["m1", true],
      ["m3", true],
      ["m4", false],
      [undefined, undefined],
    ])
    spool.confirm(2, true)
    expect(spool.oldestInFlight?.metric).toBe("m4")
  })

  test("chunks are never given up, however often connections are lost", () => {
    const spool = filled(1)
    for (let i = 0; i < 50; i++) {
      expect(spool.next(0)?.metric).toBe("m1")
      expect(spool.rewind(false)).toEqual([])
    }
    expect(spool.stats).toMatchObject({ held: 10, refused: 0 })
  })
})

describe("refused by the broker", () => {
  test("suspects go alone; the one that is refused five times is given up, the others arrive", () => {
    const spool = filled(3)
    const poison = "m2"
    sendAll(spool)
    let givenUp = spool.rewind(true)
    const arrived: string[] = []
    for (let round = 0; round < 20 && !spool.isEmpty; round++) {
      const chunk = spool.next(0)!
      expect(spool.next(0)).toBeUndefined()
      if (chunk.metric === poison) givenUp = [...givenUp, ...spool.rewind(true)]
      else {
        arrived.push(chunk.metric)
        spool.rewind(false)
        spool.next(0)
        spool.confirm(1, false)
        spool.rewind(false)
      }
    }
    expect(arrived).toEqual(["m1", "m3"])
    expect(givenUp.map(({ metric }) => metric)).toEqual([poison])
    expect(spool.stats).toEqual({ held: 0, delivered: 20, dropped: 0, unconfirmed: 0, refused: 10 })
  })

  test("a rejected message goes again, before those that wait", () => {
    const spool = filled(2)
    sendAll(spool)
    spool.add("m3", body, 10)
    expect(spool.refuse(1, false)).toEqual([])
    spool.confirm(2, false)
    const again = spool.next(0)
    expect([again?.metric, again?.resend, again?.refusals]).toEqual(["m1", true, 1])
    expect(spool.next(0)).toBeUndefined()
    spool.confirm(3, false)
    expect(spool.next(0)?.metric).toBe("m3")
  })
})

describe("when it is full", () => {
  const maxBytes = 5 * chunkBytes

  test("drop-oldest makes room: first those only waiting for a confirm, then those not sent", () => {
    const spool = filled(5, { maxBytes })
    spool.next(0)
    spool.add("m6", body, 1)
    expect(spool.stats).toMatchObject({ unconfirmed: 10, dropped: 0 })
    spool.add("m7", body, 1)
    expect(spool.stats).toMatchObject({ unconfirmed: 10, dropped: 10, held: 32 })
    expect(spool.bytes).toBe(maxBytes)
    spool.confirm(1, false)
    expect(sendAll(spool)).toEqual(["m3", "m4", "m5", "m6", "m7"])
  })

  test("a chunk larger than the whole spool is refused under every policy, and takes no other with it", () => {
    const spool = filled(2, { maxBytes })
    expect(() => spool.add("huge", Buffer.alloc(maxBytes), 7)).toThrow(PublishFailed)
    expect(spool.stats).toMatchObject({ held: 20, dropped: 7 })
  })

  test("fail refuses the new chunk, and says what is lost", () => {
    const spool = filled(5, { maxBytes, policy: "fail" })
    expect(() => spool.add("m6", body, 3)).toThrow(/3 points of m6/)
    expect(spool.stats).toMatchObject({ held: 50, dropped: 3 })
    sendAll(spool)
    spool.confirm(1, false)
    spool.add("m6", body, 3)
    expect(spool.stats).toMatchObject({ held: 43 })
  })

  test("wait takes up to twice as much, for those that do not wait", () => {
    const spool = filled(6, { maxBytes, policy: "wait" })
    expect(spool.isOverfull).toBe(true)
    for (let i = 7; i <= 10; i++) spool.add(`m${i}`, body, 1)
    expect(() => spool.add("m11", body, 1)).toThrow(PublishFailed)
  })

  test("refuses options that make no sense", () => {
    expect(() => new Spool({ maxBytes: 10 })).toThrow(/too small/)
    expect(() => new Spool({ policy: "drop" as "fail" })).toThrow(/no spool policy/)
  })
})
