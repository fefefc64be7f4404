import { expect, test } from "vitest"
import { announcedAddress, ownDataAddress } from "./data-address.js"

test("clients are told the vhost of the management network, or what was set, without a login", () => {
  expect(announcedAddress("amqp://u:p@host/", undefined)).toBe("vhost:/")
  expect(announcedAddress("amqp://host", undefined)).toBe("vhost:/")
  expect(announcedAddress("amqp://u:p@host/lab%2Fone", undefined)).toBe("vhost:lab/one")
  expect(announcedAddress("amqp://u:p@host/", "vhost:/data")).toBe("vhost:/data")
  expect(announcedAddress("amqp://u:p@host/", "amqps://u:secret@other:5671/data")).toBe("amqps://other:5671/data")
})

test("a login in the address of the data network is the manager's own", () => {
  expect(ownDataAddress("amqp://u:p@host/m", undefined)).toBe("amqp://u:p@host/m")
  expect(ownDataAddress("amqp://u:p@host/m", "amqp://x:y@other/d")).toBe("amqp://x:y@other/d")
  expect(ownDataAddress("amqp://u:p@host/m", "amqp://other/d")).toBe("amqp://u:p@other:5672/d")
  expect(ownDataAddress("amqp://u:p@host/m", "vhost:d")).toBe("amqp://u:p@host:5672/d")
})
