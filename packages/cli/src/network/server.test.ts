import { expect, test } from "vitest"
import { asAdministrator, localPortWithoutUser, userOf } from "./server.js"

test("only plain addresses of this machine without a user may get a local secret", () => {
  expect(localPortWithoutUser("amqp://localhost/")).toBe(5672)
  expect(localPortWithoutUser("amqp://127.0.0.1:25999/")).toBe(25999)
  expect(localPortWithoutUser("amqp://127.1.2.3/")).toBe(5672)
  expect(localPortWithoutUser("amqp://[::1]:1/")).toBe(1)
  for (const server of [
    "amqp://guest:guest@localhost/",
    "amqp://me@localhost/",
    "amqps://localhost/",
    "amqp://localhost.example.org/",
    "amqp://127.0.0.1.example.org/",
    "amqp://10.0.0.1/",
    "amqp://0.0.0.0/",
    "http://localhost/",
    "nonsense",
  ]) {
    expect(localPortWithoutUser(server)).toBeUndefined()
  }
})

test("the administrator's address keeps vhost and parameters and goes to where the broker listens", () => {
  const entry = { pid: 1, host: "127.0.0.1", port: 25999, user: "metricq-admin", password: "a/b" }
  expect(asAdministrator("amqp://localhost:25999/lab?heartbeat=5", entry)).toBe(
    "amqp://metricq-admin:a%2Fb@127.0.0.1:25999/lab?heartbeat=5",
  )
  expect(asAdministrator("amqp://localhost:25999/", { ...entry, host: "::1" })).toBe(
    "amqp://metricq-admin:a%2Fb@[::1]:25999/",
  )
})

test("the user of an address", () => {
  expect(userOf("amqp://host/")).toBe("guest")
  expect(userOf("amqp://a%40b:x@host/")).toBe("a@b")
  expect(userOf("nonsense")).toBe("guest")
})
