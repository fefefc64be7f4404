import { expect, test } from "vitest"
import { expandHost, parseAddress, printAddress } from "./host-address.js"

test("addresses are names or numbers, with or without a port", () => {
  const cases: Record<string, [string, number]> = {
    "192.0.2.70": ["192.0.2.70", 161],
    "pdu.example:1161": ["pdu.example", 1161],
    "::1": ["::1", 161],
    "[fe80::1%eth0]:1161": ["fe80::1%eth0", 1161],
  }
  for (const [text, [host, port]] of Object.entries(cases)) expect(parseAddress(text, 161)).toEqual({ host, port })
  for (const text of ["", "a b", "http://a", "a:0", "a:70000", "[::1", "a:b"])
    expect(() => parseAddress(text, 161), text).toThrow("is no address")
  expect([printAddress({ host: "::1", port: 161 }), printAddress({ host: "a", port: 1 })]).toEqual(["[::1]:161", "a:1"])
})

test("hostlists belong together one by one", () => {
  expect(expandHost("pdu[1-2].example:1161", "rack[07-08]")).toEqual([
    ["pdu1.example:1161", "rack07"],
    ["pdu2.example:1161", "rack08"],
  ])
  expect(expandHost("[::1]:161", "a")).toEqual([["[::1]:161", "a"]])
  expect(() => expandHost("a[1-3]", "b[1-2]")).toThrow("as many infixes as there are hosts, 3")
})
