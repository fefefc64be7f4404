import fc from "fast-check"
import { expect, test } from "vitest"
import { literalPrefix, parsePattern } from "./pattern.js"

const prefixOf = (text: string) => literalPrefix(parsePattern(text))

test("the literal prefix is what every match begins with", () => {
  expect(prefixOf("^lab\\.rack1\\.")).toBe("lab.rack1.")
  expect(prefixOf("^lab.rack")).toBe("lab")
  expect(prefixOf("^labs?")).toBe("lab")
  expect(prefixOf("^lab\\.*x")).toBe("lab")
  expect(prefixOf("^lab{2}")).toBe("la")
  expect(prefixOf("^lab+")).toBe("lab")
  expect(prefixOf("^$")).toBe("")
  expect(prefixOf("lab")).toBe("")
  expect(prefixOf("^a|b")).toBe("")
  expect(prefixOf("(?i)^lab")).toBe("")
  expect(prefixOf("^\\d")).toBe("")
  expect(prefixOf("^a-b/c:d e")).toBe("a-b/c:d e")
})

test("no match lacks it, for random expressions and names", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    "\\.",
    "\\-",
    "*",
    "+",
    "?",
    "{2}",
    "(",
    ")",
    "[ab]",
    "|",
    "$",
    "\\d",
    "-",
    "^",
    "{",
    "}",
  )
  const source = fc.array(piece, { maxLength: 8 }).map((pieces) => `^${pieces.join("")}`)
  const name = fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "1", "{", "2", "}"), maxLength: 8 })
  fc.assert(
    fc.property(source, fc.array(name, { minLength: 20, maxLength: 40 }), (text, names) => {
      let regex: RegExp
      try {
        regex = new RegExp(text)
      } catch {
        return
      }
      const prefix = prefixOf(text)
      for (const candidate of names) if (regex.test(candidate)) expect(candidate.startsWith(prefix)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test("flags may lead, as in Python", () => {
  expect(parsePattern("(?i)LAB")).toEqual({ source: "LAB", flags: "i" })
  expect(parsePattern("(?ims)x")).toEqual({ source: "x", flags: "ims" })
  expect(() => parsePattern("(?P<name>x)")).toThrow("is not a regular expression")
})
