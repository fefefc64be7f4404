import fc from "fast-check"
import { expect, test } from "vitest"
import { MOST_METRICS, readAddress, writeAddress } from "./view-address.js"

test("an address can be read by people", () => {
  const view = {
    from: "now-6h",
    to: "now",
    live: true,
    metrics: [{ name: "lab.power" }, { name: "a.b", factor: 10, hidden: true, slot: 3 }],
  }
  expect(writeAddress(view)).toBe("from=now-6h&to=now&live=1&m=lab.power&m=a.b~10~hidden~c3")
})

test("axes and marks are in the address", () => {
  const view = {
    from: "now-6h",
    to: "now",
    live: false,
    axes: new Map([
      ["W", { range: { low: 0, high: 250 } }],
      ["°C", { log: true }],
      ["", { zero: true }],
    ]),
    marks: { a: 1795154400000, b: 1795154400000.125 },
    metrics: [{ name: "a" }],
  }
  const text = writeAddress(view)
  expect(decodeURIComponent(text)).toBe(
    "from=now-6h&to=now&y=0..250~W&y=log~°C&y=zero~&a=1795154400000&b=1795154400000.125&m=a",
  )
  expect(readAddress(text)).toEqual(view)
  expect(readAddress("y=~W&y=log&y=5..5~V&a=x&b=-1")).not.toHaveProperty("axes")
  expect(readAddress("a=x&b=-1&b=2")).not.toHaveProperty("marks")
})

test("what is written is read back", () => {
  const metric = fc.record(
    {
      name: fc.stringMatching(/^[a-z][\w./ +&=%-]{0,20}$/),
      factor: fc.constantFrom(-2, 0.001, 1e21, 10),
      hidden: fc.constant(true),
      slot: fc.nat(11),
    },
    { requiredKeys: ["name"] },
  )
  const view = fc.record({
    from: fc.constantFrom("now-6h", "1795154400000"),
    to: fc.constantFrom("now", "1795176000000"),
    live: fc.boolean(),
    metrics: fc.uniqueArray(metric, { selector: ({ name }) => name, maxLength: 5 }),
  })
  fc.assert(
    fc.property(view, (view) => {
      expect(readAddress(writeAddress(view))).toEqual(view)
    }),
  )
})

test("an empty address shows the last hour as it goes on", () => {
  expect(readAddress("")).toEqual({ from: "now-1h", to: "now", live: true, metrics: [] })
  expect(readAddress("m=a&m=a&m=b").metrics.map(({ name }) => name)).toEqual(["a", "b"])
})

test("nonsense has its default, and there is a bound to metrics", () => {
  expect(readAddress("from=now-1h&to=now&compare=yes&m=~10")).toEqual({
    from: "now-1h",
    to: "now",
    live: false,
    metrics: [{ name: "~10" }],
  })
  const many = Array.from({ length: 80 }, (_, i) => `m=x${i}`).join("&")
  expect(readAddress(many).metrics).toHaveLength(MOST_METRICS)
})
