import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isRole, type Role } from "../role.js"
import { claimAt, personOf } from "./claims.js"

const settings = {
  ...{ nameClaim: "preferred_username", roleClaim: "groups", defaultRole: undefined, emailDomains: undefined },
  roles: new Map<string, Role>([
    ["admins", "administrator"],
    ["staff", "operator"],
    ["guests", "viewer"],
  ]),
}

describe("claims about a person", () => {
  test("the value counts that may most, in whatever order, as a list or alone", () => {
    const roleOf = (groups: unknown) => personOf({ groups }, settings).role
    expect(roleOf(["guests", "staff", "others"])).toBe("operator")
    expect(roleOf(["staff", "guests", "admins"])).toBe("administrator")
    expect(roleOf("guests")).toBe("viewer")
    for (const none of [
      [],
      ["others"],
      "",
      "admins,staff",
      "Admins",
      null,
      1,
      {},
      { admins: true },
      undefined,
      [["admins"]],
    ]) {
      expect(roleOf(none)).toBeUndefined()
      expect(personOf({ groups: none }, { ...settings, defaultRole: "viewer" }).role).toBe("viewer")
    }
  })

  test("a claim is found by its whole name first, then by its path", () => {
    const claims = { "https://example.org/roles": ["a"], realm_access: { roles: ["b"] }, "x.y": 1, x: { y: 2 } }
    expect(claimAt(claims, "https://example.org/roles")).toEqual(["a"])
    expect(claimAt(claims, "realm_access.roles")).toEqual(["b"])
    expect(claimAt(claims, "x.y")).toBe(1)
    for (const path of [
      "constructor",
      "constructor.name",
      "__proto__",
      "realm_access.roles.length.x",
      "toString",
      "",
      ".",
    ]) {
      expect(claimAt(claims, path)).toBeUndefined()
    }
  })

  test("names are made to be names here, and an address stands in only if it is verified", () => {
    const namesOf = (claims: object) => personOf({ ...claims }, settings).names
    expect(namesOf({ preferred_username: " Eva  Example " })).toEqual(["Eva.Example"])
    expect(namesOf({ preferred_username: "LAB\\eva", email: "eva@example.org", email_verified: true })).toEqual([
      "eva@example.org",
    ])
    expect(namesOf({ preferred_username: "eva", email: "eva@example.org", email_verified: false })).toEqual(["eva"])
    for (const name of ["local", "", "a".repeat(65), "=cmd", "eva\r\nset-cookie: x", "<b>", "../x", 7, null, ["eva"]]) {
      expect(namesOf({ preferred_username: name })).toEqual([])
    }
  })

  test("domains are compared whole, behind the last @", () => {
    const wanted = { ...settings, emailDomains: new Set(["example.org"]) }
    const isGood = (claims: object) => personOf({ email_verified: true, ...claims }, wanted).hasGoodEmail
    expect(isGood({ email: "eva@Example.ORG" })).toBe(true)
    expect(isGood({ email: "eva@example.org", email_verified: "true" })).toBe(true)
    const others = ["eva@evil-example.org", "eva@example.org.evil.net", "eva@example.org@evil.net", "example.org@", 7]
    for (const email of [...others, undefined, ["eva@example.org"]]) expect(isGood({ email })).toBe(false)
    for (const email_verified of [false, "false", undefined, 1, "yes"]) {
      expect(isGood({ email: "eva@example.org", email_verified })).toBe(false)
    }
  })

  test("whatever a provider sends, nobody gets more than the map says, and nothing is thrown", () => {
    const key = fc.oneof(
      fc.constantFrom("groups", "preferred_username", "email", "email_verified", "__proto__"),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), fc.string(), (claims, path) => {
        const { role, names, values } = personOf(claims, { ...settings, roleClaim: path })
        expect(role === undefined || isRole(role)).toBe(true)
        const said = JSON.stringify(claims)
        if (role !== undefined) expect(["admins", "staff", "guests"].some((group) => said.includes(group))).toBe(true)
        expect(values.length).toBeLessThanOrEqual(20)
        for (const name of names) expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,63}$/u)
      }),
      { numRuns: 500 },
    )
  })
})
