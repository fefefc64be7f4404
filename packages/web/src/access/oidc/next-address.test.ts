import fc from "fast-check"
import { expect, test } from "vitest"
import { nextAddress, withFailure } from "./next-address.js"

const origin = "https://lab.example.org"

test("only pages of ours are gone on to", () => {
  const at = (wanted: unknown, prefix = "/lab/") => nextAddress(wanted, prefix, origin)
  expect(at("/lab/metrics/a.b?x=%2F#.now-1h*now*a")).toBe(`${origin}/lab/metrics/a.b?x=%2F#.now-1h*now*a`)
  expect(at("metrics")).toBe(`${origin}/lab/metrics`)
  expect(at(`${origin}/lab/health`)).toBe(`${origin}/lab/health`)
  const elsewhere = [
    ...["//evil.example.org", "/\\evil.example.org", "https://evil.example.org/lab/", "/other/", "/lab/../x"],
    ...[
      "javascript:alert(1)",
      "data:text/html,x",
      "/lab/api/v1/login/oidc",
      "/lab/%2e%2e/x",
      "/lab//evil.example.org",
      "\\\\evil",
    ],
    ...[
      "http://lab.example.org/lab/",
      "https://u:p@lab.example.org/lab/",
      "x".repeat(2001),
      7,
      null,
      undefined,
      ["/lab/"],
    ],
  ]
  for (const wanted of elsewhere) expect([wanted, at(wanted)]).toEqual([wanted, `${origin}/lab/`])
  expect(at("/.//evil.example.org", "/")).toBe(`${origin}/`)
  expect(at("/metrics\r\nset-cookie: x", "/")).not.toMatch(/[\r\n]/)
})

test("whatever is wanted, a browser stays here", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "/",
      "\\",
      "//",
      "..",
      "%2e",
      "%2f",
      "@",
      ":",
      "?",
      "#",
      "api",
      "lab",
      "evil.example.org",
      "\t",
      "\n",
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom("/", "/lab/"), (pieces, prefix) => {
      const address = withFailure(nextAddress(pieces.join(""), prefix, origin), "no-role")
      const url = new URL(address)
      expect(url.origin).toBe(origin)
      expect(url.pathname.startsWith(prefix) && !url.pathname.startsWith("//")).toBe(true)
      expect(address).toMatch(/^[\x21-\x7e]+$/)
    }),
    { numRuns: 2000 },
  )
})
