import fc from "fast-check"
import { expect, test } from "vitest"
import { HostLines } from "./host-lines.js"

const output = [
  "127.0.0.1:9623: 1 | CPU: Temp | Temperature | 40.00 | C | 'OK'",
  "bmc2: 1 | Sys Power | Power | 300.00 | W | 'OK'",
  "stranger: 1 | Sys Power | Power | 300.00 | W | 'OK'",
  "no host at all",
  "127.0.0.1:9623: 2 | Fan | Fan | 5400.00 | RPM | 'OK'",
].join("\n")
const first = ["1 | CPU: Temp | Temperature | 40.00 | C | 'OK'", "2 | Fan | Fan | 5400.00 | RPM | 'OK'"]

test("lines go to their hosts wherever the output is cut, and those of others are left out", () => {
  for (let at = 0; at <= output.length; at += 1) {
    const lines = new HostLines(["127.0.0.1:9623", "bmc2"])
    lines.add(output.slice(0, at))
    lines.add(output.slice(at))
    lines.end()
    expect(lines.of("127.0.0.1:9623")).toEqual(first)
    expect(lines.of("bmc2")).toEqual(["1 | Sys Power | Power | 300.00 | W | 'OK'"])
    expect(lines.of("stranger")).toEqual([])
  }
})

test("asked for one host there is no prefix, but there may be", () => {
  const lines = new HostLines(["bmc1"])
  expect(lines.add("1 | CPU: Temp\n")).toEqual(new Set(["bmc1"]))
  lines.add("bmc1: 2 | Fan\n")
  expect(lines.of("bmc1")).toEqual(["1 | CPU: Temp", "2 | Fan"])
})

test("tells who has something new", () => {
  const lines = new HostLines(["a", "b"])
  expect(lines.add("a: 1\na: 2\nb: ")).toEqual(new Set(["a"]))
  expect(lines.add("1\n")).toEqual(new Set(["b"]))
})

test("output without end is bounded, with and without line breaks", () => {
  const lines = new HostLines(["a", "b"])
  for (let i = 0; i < 30_000; i += 1) lines.add(`a: ${i}\n`)
  expect(lines.of("a")).toHaveLength(10_000)
  for (let i = 0; i < 100; i += 1) lines.add("b".repeat(100_000))
  lines.add("\n")
  expect(lines.of("b")).toEqual([])
})

test("no output makes it fail", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (pieces) => {
      const lines = new HostLines(["a", "b"])
      for (const piece of pieces) lines.add(piece)
      lines.end()
      expect(lines.of("a").every((line) => line.length <= 4096)).toBe(true)
    }),
  )
})
