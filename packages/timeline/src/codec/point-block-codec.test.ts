import { expect, test } from "vitest"
import { decodePointBlock, encodePointBlock } from "./point-block-codec.js"

test("points come back", () => {
  const block = {
    baseNs: -5n,
    offsets: Float64Array.of(0, 3, 2 ** 53 - 1),
    values: Float64Array.of(-0, Number.NaN, 1e-320),
  }
  expect(decodePointBlock(encodePointBlock(block))).toEqual(block)
})
