import fc from "fast-check"
import { expect, test } from "vitest"
import { expandHostlist, hostnames } from "./hostlist.js"

test("brackets stand for numbers, with leading zeros kept, and multiply", () => {
  expect(expandHostlist("n[1-3,7].example")).toEqual(["n1.example", "n2.example", "n3.example", "n7.example"])
  expect(expandHostlist("n[08-10]")).toEqual(["n08", "n09", "n10"])
  expect(expandHostlist("r[1-2]n[1-2]")).toEqual(["r1n1", "r1n2", "r2n1", "r2n2"])
  expect(expandHostlist("a, b[1,2] ,10.0.0.[1-2]:623")).toEqual(["a", "b1", "b2", "10.0.0.1:623", "10.0.0.2:623"])
  expect(hostnames(["a[1-2]", "b"])).toEqual(["a1", "a2", "b"])
})

test.each(["", "n[", "n]", "n[1-]", "n[2-1]", "n[a]", "n[[1]]", "a,,b", "n[1-999999999]", "n[1-400]m[1-400]"])(
  "%j is refused",
  (text) => {
    expect(() => expandHostlist(text)).toThrow(RangeError)
  },
)

test("any text gives names or an error, at once", () => {
  const alphabet = fc.constantFrom(..."ab.[]-,0123456789 ")
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 30 }), (text) => {
      try {
        for (const name of expandHostlist(text)) expect(name).not.toMatch(/[[\],]/)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})

test("what a range stands for is counted right", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(4), (first, count, width) => {
      const pad = (n: number) => String(n).padStart(width, "0")
      const names = expandHostlist(`n[${pad(first)}-${pad(first + count)}]x`)
      expect(names).toHaveLength(count + 1)
      expect(names.map((name) => Number(name.slice(1, -1)))).toEqual(
        Array.from({ length: count + 1 }, (_, i) => first + i),
      )
    }),
  )
})
