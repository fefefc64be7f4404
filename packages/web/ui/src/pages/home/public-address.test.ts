import { expect, test } from "vitest"
import { publicAddress } from "./public-address.js"

test("user and password go, the rest stays", () => {
  expect(publicAddress("amqp://ann:***@node1:5673/lab")).toBe("amqp://node1:5673/lab")
  expect(publicAddress("amqps://node1")).toBe("amqps://node1/")
  expect(publicAddress("?")).toBe("?")
})
