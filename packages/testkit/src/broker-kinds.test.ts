import { afterEach, expect, test, vi } from "vitest"
import { availableKinds, brokerKinds, whyNot } from "./broker-kinds.js"

afterEach(() => vi.unstubAllEnvs())

test.for([
  [undefined, ["embedded", "rabbitmq"]],
  ["", ["embedded", "rabbitmq"]],
  ["embedded", ["embedded"]],
  [" rabbitmq , embedded ", ["embedded", "rabbitmq"]],
  ["rabbitmq", ["rabbitmq"]],
] as const)("METRICQ_TEST_BROKERS=%s names %j", ([text, kinds]) => {
  vi.stubEnv("METRICQ_TEST_BROKERS", text)
  expect(brokerKinds()).toEqual(kinds)
})

test("an unknown kind is an error that names it and those there are", () => {
  vi.stubEnv("METRICQ_TEST_BROKERS", "rabbit")
  expect(() => brokerKinds()).toThrow('names "rabbit"; known are embedded and rabbitmq')
})

test("only a kind that can be started is available", () => {
  vi.stubEnv("METRICQ_TEST_BROKERS", "embedded,rabbitmq")
  expect(availableKinds().includes("rabbitmq")).toBe(whyNot("rabbitmq") === undefined)
  expect(availableKinds()).toContain("embedded")
})
