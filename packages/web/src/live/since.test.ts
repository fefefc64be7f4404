import fc from "fast-check"
import { expect, test } from "vitest"
import { eventId, readSince, sinceOfEventId } from "./since.js"

test("an id of events says where each metric was", () => {
  const positions = fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(positions, (list) => {
      const names = list.map((_, i) => `m${i}`)
      const since = sinceOfEventId(eventId(list), names)
      expect(names.map((name) => since?.(name))).toEqual(list)
    }),
  )
})

test("200 metrics fit into a header", () => {
  const list = Array.from({ length: 200 }, (_, i) => 1_795_154_400_000_000_000n + BigInt(i) * 3_600_000_000_000n)
  expect(eventId(list).length).toBeLessThan(4096)
})

test("an id that is not of these metrics says nothing", () => {
  const id = eventId([1n, 2n])
  for (const wrong of ["", "1", "x:0.1.2", `${id}.0`, `${id};`, "1:0.A"])
    expect(sinceOfEventId(wrong, ["a", "b"])).toBeUndefined()
})

test("since is a time for all, or one for each", () => {
  expect(readSince("5")("a.b")).toBe(5n)
  expect(readSince(undefined)("a.b")).toBeUndefined()
  const each = readSince({ "a.b": "1970-01-01T00:00:01Z" })
  expect([each("a.b"), each("c.d"), each("__proto__")]).toEqual([1_000_000_000n, undefined, undefined])
  for (const wrong of [5, true, [], { "a.b": 5 }, "tomorrow"]) expect(() => readSince(wrong)).toThrow()
})
