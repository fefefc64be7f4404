import { expect, test } from "vitest"
import type { Channel } from "./channel-api.js"
import { channelOf, formOf, usualPort } from "./channel-form.js"

const state = { lastSuccess: null, lastError: null, waiting: 0, delivered: 0, failed: 0, retries: 0 }
const common = { on: true, minimum: "error", kinds: ["nan"], metrics: ["lab.**"], resolved: false, digestS: 5 } as const
const channel = (rest: Pick<Channel, "name" | "type" | "target">): Channel => ({
  ...{ ...common, kinds: [...common.kinds], metrics: [...common.metrics], fixed: false, state },
  ...rest,
})

test.each([
  channel({
    ...{ name: "ops", type: "mail" },
    target: {
      ...{ host: "m", port: 25, security: "none", user: "u", password: "******0123456789ab", from: "a@b", to: ["c@d"] },
    },
  }),
  channel({ name: "chat", type: "webhook", target: { url: "https://x/y", secret: { $env: "METRICQ_SECRET_X" } } }),
  channel({
    ...{ name: "nagios", type: "nsca" },
    target: {
      ...{ host: "m", port: 5667, encryption: "xor", password: { $file: "nsca" }, reportingHost: "h", service: "s" },
      resendS: 60,
    },
  }),
])("what was read is written as it was: $name", (read) => {
  const { fixed: _, state: _state, ...settings } = read
  expect(channelOf(formOf(read), read)).toEqual(settings)
})

test("what nobody has filled in is left to the server, and what has no field stays", () => {
  const form = { ...formOf(), name: " ops ", host: "m", from: "a@b", to: "c@d, e@f\n" }
  expect(channelOf(form)).toMatchObject({ name: "ops", kinds: [], digestS: 60 })
  expect(channelOf(form).target).toEqual({ host: "m", security: "starttls", from: "a@b", to: ["c@d", "e@f"] })
  const before = channel({ name: "ops", type: "mail", target: { host: "m", ca: { $file: "x" } } as never })
  expect(channelOf(formOf(before), before).target).toMatchObject({ ca: { $file: "x" } })
  expect(channelOf({ ...formOf(before), type: "nsca" }, before).target).not.toHaveProperty("ca")
  expect([usualPort({ ...form, security: "tls" }), usualPort({ ...form, type: "nsca" })]).toEqual([465, 5667])
})

test("without encryption there is no password for nsca", () => {
  const form = { ...formOf(), type: "nsca", secret: "x", encryption: "none" } as const
  expect(channelOf({ ...form, kinds: [] }).target).not.toHaveProperty("password")
})
