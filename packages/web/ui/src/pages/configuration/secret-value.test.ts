import { expect, test } from "vitest"
import { secretOf, secretValue } from "./secret-value.js"

test("a mask is a secret that is there, and is not shown", () => {
  expect(secretOf("******0123456789ab")).toEqual({ kind: "value", text: "", isMasked: true })
  expect(secretOf("*****")).toEqual({ kind: "value", text: "*****", isMasked: false })
})

test("references come back as they were", () => {
  for (const value of [{ $env: "IPMI_PASSWORD" }, { $file: "ipmi" }, "plain"]) {
    const { kind, text } = secretOf(value)
    expect(secretValue(kind, text)).toEqual(value)
  }
  expect(secretOf(undefined)).toEqual({ kind: "value", text: "", isMasked: false })
})
