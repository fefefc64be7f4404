import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { keepSecrets, markSecrets, SECRET_MARK } from "./bundle-secrets.js"
import type { JsonObject } from "./json.js"

const host = (name: string, password: string, interval = 1) => ({ name, password, interval })

test("secrets become marks, references stay", () => {
  const config = {
    password: "abc",
    pin: 1234,
    apiKey: 4711,
    url: "amqp://me:abc@host/ and mqtt://you:def@host",
    token: { $env: "TOKEN" },
    credentials: { user: "me", list: ["a", 2] },
    empty: { password: "" },
  }
  expect(markSecrets(config)).toEqual({
    password: SECRET_MARK,
    pin: 1234,
    apiKey: SECRET_MARK,
    url: "amqp://me:******@host/ and mqtt://you:******@host",
    token: { $env: "TOKEN" },
    credentials: { user: SECRET_MARK, list: [SECRET_MARK, SECRET_MARK] },
    empty: { password: "" },
  })
})

test("a mark keeps what is stored in its place, whatever that is", () => {
  const stored = { a: { password: "abc" }, apiKey: 12, secret: { $file: "/s" }, url: "amqp://me:abc@host/" }
  const { config, problems } = keepSecrets(
    {
      a: { password: "******", more: 1 },
      apiKey: "******0123456789ab",
      secret: "******",
      url: "amqp://me:******@other/",
    },
    stored,
  )
  expect(problems).toEqual([])
  expect(config).toEqual({
    a: { password: "abc", more: 1 },
    apiKey: 12,
    secret: { $file: "/s" },
    url: "amqp://me:abc@other/",
  })
})

test("a mark with nothing behind it, or where no secret belongs, is a problem", () => {
  const document = { hosts: [{ password: "******" }], url: "amqp://me:******@host/", note: "******", secret: "******" }
  expect(keepSecrets(document, { url: "amqp://host/", note: "******", secret: "" }).problems).toEqual([
    { path: ["hosts", 0, "password"], kind: "missing" },
    { path: ["url"], kind: "missing" },
    { path: ["note"], kind: "misplaced" },
    { path: ["secret"], kind: "missing" },
  ])
  expect(keepSecrets({ password: "******" }, undefined).problems).toHaveLength(1)
})

describe("in a list", () => {
  const stored = { hosts: [host("a", "A"), host("b", "B"), host("c", "C")] }
  const marked = (...hosts: JsonObject[]) =>
    keepSecrets({ hosts: hosts.map((one) => ({ ...one, password: "******" })) }, stored)

  test("one that was changed keeps the secret of its place", () => {
    const { config, problems } = marked(host("a", ""), host("b", "", 5), host("c", ""))
    expect(problems).toEqual([])
    expect(config).toEqual({ hosts: [host("a", "A"), host("b", "B", 5), host("c", "C")] })
  })

  test("those that have moved take their secrets along", () => {
    expect(marked(host("c", ""), host("a", ""))).toEqual({
      config: { hosts: [host("c", "C"), host("a", "A")] },
      problems: [],
    })
  })

  test("one that is new, or changed and moved, gets nobody's secret", () => {
    expect(marked(host("new", ""), host("a", ""), host("b", ""), host("c", "")).problems).toEqual([
      { path: ["hosts", 0, "password"], kind: "missing" },
    ])
    expect(marked(host("b", "", 5), host("c", "")).problems).toHaveLength(1)
    expect(marked(host("b", ""), host("a", ""), host("c", "", 5)).problems).toHaveLength(1)
  })

  test("those that look alike are told by their place, or not at all", () => {
    const passwords = { passwords: ["x", "y"] }
    expect(keepSecrets({ passwords: ["******", "******"] }, passwords).config).toEqual(passwords)
    expect(keepSecrets({ passwords: ["******"] }, passwords).problems).toHaveLength(1)
    expect(keepSecrets({ passwords: ["******"] }, { passwords: ["x", "x"] }).config).toEqual({ passwords: ["x"] })
  })
})

test("what was marked and comes back unchanged is what it was", () => {
  const key = fc.constantFrom("password", "hosts", "url", "token", "a", "$env")
  const text = fc.constantFrom("", "x", "amqp://u:p@h/", "longer text", "{}")
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value")),
      fc.dictionary(key, tie("value")),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, value), (document) => {
      const stored = document as JsonObject
      const { config, problems } = keepSecrets(markSecrets(stored), stored)
      expect(problems).toEqual([])
      expect(JSON.stringify(config)).toBe(JSON.stringify(stored))
    }),
  )
})
