import fc from "fast-check"
import { expect, test } from "vitest"
import { credentialsOf } from "./credentials.js"

const of = (authorization: string) => credentialsOf({ headers: { authorization } })
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`

test("bearer and basic", () => {
  expect(of("Bearer mqt_x")).toEqual({ secret: "mqt_x" })
  expect(of("bearer  mqt_x")).toEqual({ secret: "mqt_x" })
  expect(of(basic("ann:mqt_x:y"))).toEqual({ name: "ann", secret: "mqt_x:y" })
  expect(of(basic("ann"))).toEqual({ name: "ann", secret: "" })
  for (const other of ["", "Bearer", "Bearer a b", "Digest x", "Negotiate abc"]) expect(of(other)).toBeUndefined()
})

test("any user and secret come through Basic, and no header throws", () => {
  fc.assert(
    fc.property(
      fc.string().filter((name) => !name.includes(":")),
      fc.string({ unit: "grapheme" }),
      (name, secret) => {
        expect(of(basic(`${name}:${secret}`))).toEqual({ name: Buffer.from(name).toString(), secret })
      },
    ),
  )
  fc.assert(fc.property(fc.string(), (text) => void of(text)))
  fc.assert(fc.property(fc.string(), (text) => void of(`Basic ${text}`)))
})
