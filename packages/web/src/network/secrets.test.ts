import { expect, test } from "vitest"
import { Secrets } from "./secrets.js"

const stored = {
  rate: 5,
  password: "geheim",
  devices: [
    { host: "a", credentials: { user: "me", pin: 1234 }, url: "http://me:pw@a.example.org/x" },
    { host: "b", apiKey: { $env: "METRICQ_SECRET_B" }, token: "" },
  ],
}

test("secrets are hidden, references and everything else stay", () => {
  const masked = new Secrets().mask(stored)
  expect(JSON.stringify(masked)).not.toMatch(/geheim|1234|me:pw|"me"/)
  expect(masked).toMatchObject({
    rate: 5,
    password: expect.stringMatching(/^\*{6}[0-9a-f]{12}$/),
    devices: [
      { host: "a", url: expect.stringMatching(/^http:\/\/me:\*{6}[0-9a-f]{12}@a\.example\.org\/x$/) },
      { host: "b", apiKey: { $env: "METRICQ_SECRET_B" }, token: "" },
    ],
  })
})

test("what comes back hidden is what was stored, also in another place of a list", () => {
  const secrets = new Secrets()
  const back = structuredClone(secrets.mask(stored)) as typeof stored
  expect(secrets.unmask(back, stored)).toEqual(stored)
  back.devices.reverse()
  back.password = "neu"
  expect(secrets.unmask(back, stored)).toEqual({ ...stored, password: "neu", devices: stored.devices.toReversed() })
})

test("a secret that is a number stays one, and text of digits stays text", () => {
  const secrets = new Secrets()
  const numbers = { password: 12345678901, passphrase: "12345678901", token: -1.5, secret: [0, "0"] }
  const masked = secrets.mask(numbers)
  expect(JSON.stringify(masked)).not.toMatch(/123|1\.5/)
  expect(masked.password).not.toBe(masked.passphrase)
  expect(secrets.unmask(JSON.parse(JSON.stringify(masked)), numbers)).toEqual(numbers)
})

test("what is said of a document does not show its secrets", () => {
  const secrets = new Secrets()
  const shown = secrets.redact(
    'password: expected a number, got "geheim" at devices[0].credentials.pin: got 1234',
    stored,
  )
  expect(shown).toBe('password: expected a number, got "******" at devices[0].credentials.pin: got ******')
  expect(secrets.redact("rate: got 10 of 1", { rate: 10, password: 1 })).toBe("rate: got 10 of ******")
})

test("a mask that stands for nothing, or where everybody could read it, is refused", () => {
  const secrets = new Secrets()
  const masked = secrets.mask(stored) as typeof stored
  expect(() => secrets.unmask(masked, {})).toThrow(/stands for no secret/)
  expect(() => secrets.unmask({ name: masked.password }, stored)).toThrow(/where no secret belongs/)
  expect(() => new Secrets().unmask(masked, stored)).toThrow(/stands for no secret/)
})

test("long texts take no time to look through", () => {
  const secrets = new Secrets()
  const begun = performance.now()
  for (const piece of ["a.", "a://", "://", "://a:", "://a:b"]) secrets.mask({ x: piece.repeat(200_000) })
  expect(performance.now() - begun).toBeLessThan(2000)
  expect(secrets.mask({ x: "+http://a:b@c ://d:e@f" }).x).toMatch(/^\+http:\/\/a:\*{6}\w{12}@c :\/\/d:\*{6}\w{12}@f$/)
})
