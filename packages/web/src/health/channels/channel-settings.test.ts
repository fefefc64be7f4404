import { expect, test } from "vitest"
import { finding, resolved } from "../testing/notices.js"
import { hearing, parseChannel, parseChannels } from "./channel-settings.js"
import { both, joined, nothingWaits, parseWaiting } from "./waiting.js"

const hook = { name: "hook", type: "webhook", target: { url: "https://x.example/hook" } }
const mail = {
  name: "mail",
  type: "mail",
  target: { host: "mail.example.org", from: "metricq@example.org", to: ["ops@example.org"] },
}
const nsca = { name: "nagios", type: "nsca", target: { host: "mon.example.org", reportingHost: "metricq" } }
const at = (channel: { target: object }, change: object) => ({ ...channel, target: { ...channel.target, ...change } })

test("what is missing is as usual", () => {
  expect(parseChannel(hook, false)).toEqual({
    ...{ ...hook, on: true, minimum: "warning", kinds: [], metrics: [], resolved: true, digestS: 0 },
  })
  expect(parseChannel(mail, false)).toMatchObject({ digestS: 60, target: { port: 587, security: "starttls" } })
  expect(parseChannel(at(mail, { security: "tls" }), false).target).toMatchObject({ port: 465 })
  expect(parseChannel(nsca, false).target).toEqual({
    ...{ host: "mon.example.org", port: 5667, encryption: "none", reportingHost: "metricq", service: "MetricQ" },
    resendS: 180,
  })
})

test.each([
  [{ ...hook, name: "a b" }, "channel.name"],
  [{ ...hook, name: "../x" }, "channel.name"],
  [{ ...hook, type: "sms" }, "channel.type: expected webhook, mail, nsca"],
  [{ ...hook, type: "toString" }, "channel.type"],
  [{ ...hook, minimun: "error" }, "channel.minimun: there is no such setting"],
  [{ ...hook, minimum: "bad" }, "channel.minimum"],
  [{ ...hook, kinds: ["other"] }, 'channel.kinds: expected a kind of finding, got "other"'],
  [{ ...hook, metrics: [""] }, "channel.metrics"],
  [{ ...hook, digestS: 1e9 }, "channel.digestS"],
  [{ ...hook, target: { url: "file:///etc/passwd" } }, "webhook.url"],
  [at(hook, { secret: { $env: "HOME" } }), "webhook.secret"],
  [at(hook, { secret: { $file: "/etc/shadow" } }), "webhook.secret"],
  [at(hook, { secret: { $file: "../shadow" } }), "webhook.secret"],
  [at(mail, { to: [] }), "mail.to"],
  [at(mail, { to: ["a@b\r\nBcc: c@d"] }), "mail.to"],
  [at(mail, { to: ["a@b, c@d"] }), "mail.to"],
  [at(mail, { from: "nobody" }), "mail.from"],
  [at(mail, { security: "ssl" }), "mail.security"],
  [at(mail, { user: "u" }), "mail.user and mail.password"],
  [at(mail, { user: "u", password: "p", security: "none" }), "mail.security: a password is sent by tls or starttls"],
  [at(mail, { host: "a b" }), "mail.host"],
  [at(mail, { port: 1.5 }), "mail.port"],
  [at(nsca, { encryption: "blowfish" }), "nsca.encryption: expected none, xor, 3des, aes"],
  [at(nsca, { password: "p" }), "nsca.encryption: without encryption"],
  [at(nsca, { service: "a;b" }), "nsca.service"],
  [at(nsca, { reportingHost: "ü".repeat(40) }), "nsca.reportingHost: expected at most 63 bytes"],
  [at(nsca, { resendS: 1 }), "nsca.resendS"],
])("refused: %j", (channel, message) => {
  expect(() => parseChannel(channel, false)).toThrow(message)
})

test("a file of this machine may name any file for a secret; a name stands once", () => {
  const named = at(mail, { user: "u", password: { $file: "/etc/metricq/smtp" } })
  expect(parseChannels([named, hook], true)).toMatchObject([
    { target: { password: { $file: "/etc/metricq/smtp" } } },
    {},
  ])
  expect(() => parseChannels([hook, hook], true)).toThrow("two of the name hook")
  expect(() => parseChannels(Array(21).fill(hook), true)).toThrow("at most 20")
})

test("a channel hears what is severe enough, of its kinds, and about its metrics", () => {
  const hears = (change: object, ...given: Parameters<typeof finding>) =>
    hearing(parseChannel({ ...hook, ...change }, false))(finding(...given))
  expect(hears({}, "lab.a")).toBe(true)
  expect(hears({ minimum: "error" }, "lab.a")).toBe(false)
  expect(hears({ minimum: "info" }, "lab.a", { severity: "info" })).toBe(true)
  expect(hears({ kinds: ["nan"] }, "lab.a")).toBe(false)
  expect(hears({ metrics: ["lab.**"] }, "lab.a")).toBe(true)
  expect(hears({ metrics: ["hall.**"] }, "lab.a")).toBe(false)
  const group = { kind: "gone", subject: { client: "source-a" }, examples: ["hall.x.power"] } as const
  expect(hears({ metrics: ["hall.**"] }, "", group)).toBe(true)
  expect(hears({ metrics: ["lab.**"] }, "", group)).toBe(false)
})

test("what came and went before anybody heard of it is told as resolved only, or not at all", () => {
  const first = joined(nothingWaits, [finding("a"), finding("b")], [], true)
  const then = (withResolved: boolean) => joined(first, [], [resolved("a")], withResolved)
  expect(then(true).counts).toEqual({ opened: 1, resolved: 1 })
  expect(then(false)).toMatchObject({ counts: { opened: 1, resolved: 0 }, opened: [{ subject: { metric: "b" } }] })
  const many = Array.from({ length: 1500 }, (_, i) => finding(`m${i}`))
  expect(both(first, joined(nothingWaits, many, [], true))).toMatchObject({ counts: { opened: 1502 } })
  expect(both(first, joined(nothingWaits, many, [], true)).opened).toHaveLength(1000)
})

test("what waits comes back from a file, and nothing from nonsense", () => {
  const waiting = joined(nothingWaits, [finding("a")], [resolved("b")], true)
  expect(parseWaiting(JSON.parse(JSON.stringify(waiting)))).toEqual(waiting)
  for (const nonsense of [null, 5, { opened: [null, 5], counts: { opened: "x", resolved: -1 } }])
    expect(parseWaiting(nonsense)).toEqual(nothingWaits)
})
