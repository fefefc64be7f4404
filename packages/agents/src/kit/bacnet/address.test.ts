import { expect, test } from "vitest"
import { addressKey, parseDeviceAddress, parseLocalAddress, printAddress } from "./address.js"

test.each([
  ["192.0.2.40", { host: "192.0.2.40", port: 47_808 }, "192.0.2.40"],
  ["192.0.2.40:47809", { host: "192.0.2.40", port: 47_809 }, "192.0.2.40:47809"],
  ["2001:12@192.0.2.1", { host: "192.0.2.1", port: 47_808, network: 2001, station: [12] }, "2001:12@192.0.2.1"],
  ["7:0x0a0b@192.0.2.1:1", { host: "192.0.2.1", port: 1, network: 7, station: [10, 11] }, "7:0x0a0b@192.0.2.1:1"],
])("%s is the address of a device", (text, address, printed) => {
  expect(parseDeviceAddress(text)).toEqual(address)
  expect(printAddress(address)).toBe(printed)
})

test.each([
  "",
  "ahu.example",
  "192.0.2",
  "192.0.2.4:0",
  "192.0.2.4:1:2",
  "0:1@192.0.2.1",
  "1:256@192.0.2.1",
  "1:0xa@192.0.2.1",
])("%j is none", (text) => expect(parseDeviceAddress(text)).toBeUndefined())

test("the same device has the same key, however it is written", () => {
  expect(addressKey({ host: "192.0.2.1", port: 47_808, network: 7, station: [12] })).toBe("7:0x0c@192.0.2.1:47808")
})

test.each([
  ["192.0.2.9", { host: "192.0.2.9", port: 47_808 }],
  [
    "192.0.2.9/24",
    { host: "192.0.2.9", port: 47_808, broadcast: { host: "192.0.2.255", port: 47_808, isHeard: true } },
  ],
  ["10.1.2.3/22:5", { host: "10.1.2.3", port: 5, broadcast: { host: "10.1.3.255", port: 5, isHeard: true } }],
  [
    "255.1.2.3/0",
    { host: "255.1.2.3", port: 47_808, broadcast: { host: "255.255.255.255", port: 47_808, isHeard: true } },
  ],
])("%s is an own address", (text, address) => expect(parseLocalAddress(text)).toEqual(address))

test.each(["", "192.0.2.9/33", "192.0.2.9/24/1", "host/24", "192.0.2.9:70000"])("%j is none", (text) =>
  expect(parseLocalAddress(text)).toBeUndefined(),
)
