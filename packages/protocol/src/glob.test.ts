import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { globToBinding, globToRegExp, isPlainName, patternToRegExp } from "./glob.js"

/** What a glob means, as directly as it can be said: the set of positions reachable, character by character. */
function globMatches(pattern: string, name: string): boolean {
  const components = pattern.split(".")
  const whole = (i: number) => components[i] === "**"
  const memo = new Map<string, boolean>()
  /** Whether components from `i` on match the rest of the name's components from `k` on. */
  const rest = (i: number, parts: string[]): boolean => {
    if (i === components.length) return parts.length === 0
    const key = `${i}/${parts.join(".")}/${parts.length}`
    const known = memo.get(key)
    if (known !== undefined) return known
    let result = false
    if (whole(i)) {
      for (let skip = 0; skip <= parts.length && !result; skip++) result = rest(i + 1, parts.slice(skip))
    } else {
      for (let take = 1; take <= parts.length && !result; take++) {
        result = characters(components[i]!, parts.slice(0, take).join(".")) && rest(i + 1, parts.slice(take))
      }
    }
    memo.set(key, result)
    return result
  }
  return rest(0, name.split("."))
}

function characters(glob: string, text: string): boolean {
  if (glob === "") return text === ""
  const stars = /^\*+/.exec(glob)?.[0].length ?? 0
  if (stars > 0) {
    for (let i = 0; i <= text.length; i++) {
      if (stars === 1 && text.slice(0, i).includes(".")) return false
      if (characters(glob.slice(stars), text.slice(i))) return true
    }
    return false
  }
  return text[0] === glob[0] && characters(glob.slice(1), text.slice(1))
}

/** How a topic exchange matches, by the AMQP standard: `*` is one word, `#` zero or more. */
function topicMatches(key: string[], words: string[]): boolean {
  const [first, ...others] = key
  if (first === undefined) return words.length === 0
  if (first === "#") return topicMatches(others, words) || (words.length > 0 && topicMatches(key, words.slice(1)))
  return words.length > 0 && (first === "*" || first === words[0]) && topicMatches(others, words.slice(1))
}

const component = fc.oneof(
  fc.constantFrom("a", "b", "ab", "", "a-b", "x#", "#", "(", "a+"),
  fc.constantFrom("*", "**"),
  fc.array(fc.constantFrom("a", "b", "*", "**"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
)
const glob = fc
  .array(component, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join("."))
  .filter((text) => text !== "")
const name = fc
  .array(fc.constantFrom("a", "b", "ab", "aab", "ba", "", "a-b", "x#", "#", "(", "a+"), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join("."))

describe("globToRegExp", () => {
  test.each([
    ["a.**", ["a", "a.b", "a.b.c"], ["b", "ab", "ab.c", "b.a"]],
    ["**.x", ["x", "a.x", "a.b.x"], ["ax", "x.a"]],
    ["a.**.x", ["a.x", "a.b.x", "a.b.c.x"], ["ax", "a.bx", "a"]],
    ["**", ["a", "a.b", ""], []],
    ["*", ["a", "b"], ["a.b"]],
    ["a.*.c", ["a.b.c"], ["a.c", "a.b.b.c"]],
    ["node*.cpu", ["node.cpu", "node17.cpu"], ["node.1.cpu", "anode.cpu"]],
    ["node**", ["node", "node17.cpu", "node.a.b"], ["anode"]],
    ["a+b(c)", ["a+b(c)"], ["aab(c)", "abc"]],
  ])("%s", (pattern, matching, others) => {
    for (const text of matching) expect([text, globToRegExp(pattern).test(text)]).toEqual([text, true])
    for (const text of others) expect([text, globToRegExp(pattern).test(text)]).toEqual([text, false])
  })

  test("says what the meaning of a glob says", () => {
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        expect(globToRegExp(pattern).test(text)).toBe(globMatches(pattern, text))
      }),
      { numRuns: 5000 },
    )
  })

  test.each(["*a".repeat(60), "**a".repeat(60), "*a.**.".repeat(30), "a*.**.*b".repeat(30), "**.*a*".repeat(30)])(
    "takes no time to find that a hostile name does not match %s",
    (pattern) => {
      const regExp = globToRegExp(`${pattern}!`)
      const start = performance.now()
      for (const text of ["a".repeat(255), "a.".repeat(127), "ab".repeat(127), "aaaa.".repeat(51)]) {
        expect(regExp.test(text)).toBe(false)
      }
      expect(performance.now() - start).toBeLessThan(500)
    },
  )

  test("refuses what is no pattern", () => {
    expect(() => globToRegExp("")).toThrow(expect.objectContaining({ code: "pattern" }))
    expect(() => globToRegExp("a".repeat(1025))).toThrow(expect.objectContaining({ code: "pattern" }))
  })
})

describe("globToBinding", () => {
  test.each([
    ["a.b", "a.b"],
    ["**", "#"],
    ["lab.**", "lab.#"],
    ["*.power", "*.power"],
    ["a.**.b.*", "a.#.b.*"],
    ["node*.cpu", undefined],
    ["a**", undefined],
    ["a.#", undefined],
    ["/a/", undefined],
    ["", undefined],
    ["a".repeat(256), undefined],
    ["ä".repeat(128), undefined],
  ])("%s → %s", (pattern, binding) => {
    expect(globToBinding(pattern)).toBe(binding)
  })

  test("selects the same names at the broker as the glob does here", () => {
    let bound = 0
    fc.assert(
      fc.property(
        glob,
        name.filter((text) => text !== ""),
        (pattern, text) => {
          const binding = globToBinding(pattern)
          if (binding === undefined) return
          bound += 1
          expect(topicMatches(binding.split("."), text.split("."))).toBe(globToRegExp(pattern).test(text))
        },
      ),
      { numRuns: 5000 },
    )
    expect(bound).toBeGreaterThan(500)
  })
})

describe("patternToRegExp", () => {
  test("takes a regular expression between slashes and finds it anywhere", () => {
    expect(patternToRegExp("/^lab\\.[ab]/").test("lab.b.power")).toBe(true)
    expect(patternToRegExp("/power/").test("lab.power.x")).toBe(true)
    expect(patternToRegExp("lab.*").test("lab.b.power")).toBe(false)
  })

  test("says what is wrong with one", () => {
    expect(() => patternToRegExp("/(/")).toThrow(expect.objectContaining({ code: "pattern", cause: expect.anything() }))
    expect(() => patternToRegExp("//")).toThrow(expect.objectContaining({ code: "pattern" }))
  })
})

test("isPlainName tells names from patterns", () => {
  expect(["a.b", "a", "/a", "#"].map(isPlainName)).toEqual([true, true, true, true])
  expect(["a.*", "**", "/a/", "", "a*b"].map(isPlainName)).toEqual([false, false, false, false, false])
})
