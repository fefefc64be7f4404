import fc from "fast-check"
import { expect, test } from "vitest"
import { readAddress, writeAddress } from "./address.js"

test("an address says again what it was made of", () => {
  const address = fc.record({
    search: fc.string(),
    select: fc.string(),
    around: fc.string(),
    open: fc.array(fc.string()),
    view: fc.constantFrom("graph" as const, "table" as const),
  })
  fc.assert(
    fc.property(address, (one) => {
      const [path, query = ""] = writeAddress(one).split("?")
      expect(path).toBe("network")
      expect(readAddress(query)).toEqual(one)
    }),
  )
  expect(writeAddress(readAddress(""))).toBe("network")
})
