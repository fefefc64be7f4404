import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { WebError } from "../../server/web-error.js"
import { parseOidcOptions } from "./oidc-options.js"

const least = { issuer: "https://id.example.org/realms/lab", clientId: "metricq", defaultRole: "viewer" }

describe("what a file says of a provider", () => {
  test("the least gets defaults", () => {
    const { issuer, ...settings } = parseOidcOptions(least)
    expect(issuer.href).toBe(least.issuer)
    expect(settings).toMatchObject({
      ...{ name: "id.example.org", scopes: ["openid", "profile", "email"], nameClaim: "preferred_username" },
      ...{ roleClaim: "groups", clockToleranceSeconds: 30, sessionHours: 12, logout: true, clientSecret: undefined },
    })
    expect(parseOidcOptions({ ...least, scopes: ["groups"] }).scopes).toEqual(["openid", "groups"])
  })

  test.each([
    [{ issuer: "http://id.example.org" }, "issuer"],
    [{ issuer: "https://id.example.org/?x" }, "issuer"],
    [{ issuer: "https://u:p@id.example.org/" }, "issuer"],
    [{ clientId: "" }, "clientId"],
    [{ clientId: undefined }, "clientId is missing"],
    [{ roles: {}, defaultRole: undefined }, "roles"],
    [{ roles: { a: "root" } }, "roles"],
    [{ roles: ["a"] }, "roles"],
    [{ defaultRole: undefined }, "nobody would have a role"],
    [{ defaultRole: "admin" }, "defaultRole"],
    [{ scopes: [] }, "scopes"],
    [{ scopes: ["a b"] }, "scopes"],
    [{ emailDomains: ["@example.org"] }, "emailDomains"],
    [{ emailDomains: "example.org" }, "emailDomains"],
    [{ clockToleranceSeconds: 301 }, "clockToleranceSeconds"],
    [{ sessionHours: 0 }, "sessionHours"],
    [{ logout: "yes" }, "logout"],
    [{ clientsecret: "x" }, '"clientsecret" is no key'],
    [{ ["__proto__"]: 1 }, '"__proto__" is no key'],
  ])("%j is refused by its name", (change, word) => {
    expect(() => parseOidcOptions({ ...least, ...change })).toThrow(word)
  })

  test("whatever stands there, it is taken or refused, and never told", () => {
    const key = fc.constantFrom(...Object.keys(parseOidcOptions(least)), "x")
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (change) => {
        try {
          const { roles, defaultRole } = parseOidcOptions({ ...least, clientSecret: "hush-hush", ...change })
          expect(roles.size > 0 || defaultRole !== undefined).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(WebError)
          expect(String(error)).not.toContain("hush-hush")
        }
      }),
    )
    for (const value of [null, [], "x", 1, undefined])
      expect(() => parseOidcOptions(value)).toThrow("expected an object")
  })
})
