import { expect, test } from "vitest"
import { AddressList } from "./address-list.js"

test("addresses, networks and this machine", () => {
  const list = new AddressList(["loopback", "10.0.0.0/8", "192.0.2.7", "fd00::/8"])
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "10.255.0.1", "::ffff:10.1.1.1", "192.0.2.7", "fd12::1"]) {
    expect(list.has(address), address).toBe(true)
  }
  for (const address of ["11.0.0.1", "192.0.2.8", "fe80::1", "::2", "", "localhost", undefined]) {
    expect(list.has(address), address).toBe(false)
  }
})

test.each(["proxy.example.org", "10.0.0.0/33", "::1/129", "", "10.0.0.1/"])("%j is no address", (word) => {
  expect(() => new AddressList([word])).toThrow(expect.objectContaining({ code: "address" }))
})
