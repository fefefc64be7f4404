import { expect, test } from "vitest"
import { formatBytes } from "./byte-sizes.js"

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [4464, "4.46 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [1.2e9, "1.2 GB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
