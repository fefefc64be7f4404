import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type DataError, parseJson, stringifyJson } from "./index.js"

const coded = expect.objectContaining({ name: "DataError", code: "json" })

function errorOf(text: string): DataError {
  try {
    parseJson(text)
  } catch (error) {
    return error as DataError
  }
  throw new Error(`${text} was accepted`)
}

describe("parseJson", () => {
  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["-Infinity", -Infinity],
    [" [NaN,Infinity , -Infinity,null,0]", [Number.NaN, Infinity, -Infinity, null, 0]],
    [
      '{"a":{"b":[NaN]},"NaN":"Infinity","c":"say \\"NaN\\", -Infinity"}',
      { a: { b: [Number.NaN] }, NaN: "Infinity", c: 'say "NaN", -Infinity' },
    ],
    ['{"a":NaN,"a":null}', { a: null }],
    ['{"a":null,"a":NaN}', { a: Number.NaN }],
    ['["\\\\",NaN]', ["\\", Number.NaN]],
    ["[1e999,NaN]", [Infinity, Number.NaN]],
    ['{"unit":"\\u00b0C"}', { unit: "°C" }],
    ['"Infinity is a word"', "Infinity is a word"],
  ])("%s", (text, value) => expect(parseJson(text)).toEqual(value))

  test.each([
    "",
    "{",
    "nan",
    "-NaN",
    "+Infinity",
    "NaN1",
    "1Infinity",
    "1.Infinity",
    "Infinity1",
    "aNaN",
    "NaNNaN",
    "{NaN:1}",
    '["NaN',
    "[NaN,]",
    "undefined",
    "'a'",
    "[NaN",
  ])("refuses %j", (text) => expect(() => parseJson(text)).toThrow(coded))

  test("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"))
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test("finds each NaN among anything else", () => {
    const leaf = fc.oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity, null, 0, 1), fc.string())
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("tree")),
        fc.dictionary(
          fc.string().filter((key) => key !== "__proto__"),
          tie("tree"),
          { noNullPrototype: true },
        ),
      ),
    }))
    const python = (value: unknown): string => {
      if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`
      if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : String(value)
      if (value === null || typeof value !== "object") return JSON.stringify(value)
      return `{${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}: ${python(item)}`)
        .join(", ")}}`
    }
    fc.assert(
      fc.property(tree, (value) => void expect(parseJson(python(value))).toEqual(value)),
      { numRuns: 500 },
    )
  })

  test("refuses a key __proto__, however it is written", () => {
    for (const text of [
      '{"__proto__":{"a":1}}',
      '[{"\\u005f_proto__":1}]',
      '{"a":{"__proto_\\u005F":NaN}}',
      '{"__proto__":NaN}',
    ]) {
      expect(() => parseJson(text)).toThrow(/__proto__/)
    }
    expect(parseJson('{"constructor":{"prototype":1},"a":"__proto__"}')).toEqual({
      constructor: { prototype: 1 },
      a: "__proto__",
    })
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  test("is bounded in length and depth", () => {
    expect(() => parseJson("[1,2,3]", { maxLength: 6 })).toThrow(/7 characters is longer than 6/)
    expect(() => parseJson("[".repeat(1e6) + "]".repeat(1e6))).toThrow(/deeper than 200/)
    expect(() => parseJson('{"a":'.repeat(1e5))).toThrow(/deeper than 200/)
    expect(() => parseJson("[[[1]]]", { maxDepth: 2 })).toThrow(/deeper than 2/)
    expect(parseJson('[["[[[[", "\\"[[[["]]', { maxDepth: 2 })).toEqual([["[[[[", '"[[[[']])
    expect(parseJson(`[${"[],".repeat(1000)}1]`, { maxDepth: 2 })).toHaveLength(1001)
  })

  test("takes time in proportion to the text, also where it is broken", () => {
    const start = performance.now()
    expect(() => parseJson(`["${"a\\\\".repeat(1e6)}`)).toThrow(coded)
    expect(() => parseJson(`[NaN,"${"a".repeat(1e6)}`)).toThrow(coded)
    expect(parseJson(`[${"NaN,".repeat(1e5)}0]`)).toHaveLength(100_001)
    expect(performance.now() - start).toBeLessThan(3000)
  })

  test("does not repeat the text in its errors, which may hold a password", () => {
    for (const text of [
      '{"password":"hunter2",}',
      '{"password":"hunter2" "a"',
      '{"password":hunter2}',
      '{"hunter2":NaN,}',
      "hunter2",
    ]) {
      const { message, cause } = errorOf(text)
      expect(message).toMatch(/^this is not JSON: ./)
      expect(message).not.toMatch(/hunter|password/)
      expect(cause).toBeUndefined()
    }
  })
})

describe("stringifyJson", () => {
  test("writes null for what JSON has no number for", () => {
    expect(stringifyJson({ a: Number.NaN, b: [Infinity, -Infinity, 1.5], c: undefined })).toBe(
      '{"a":null,"b":[null,null,1.5]}',
    )
  })

  test("refuses what cannot be written", () => {
    const circle: unknown[] = []
    circle.push(circle)
    for (const value of [1n, { a: 1n }, circle, undefined, () => 1]) expect(() => stringifyJson(value)).toThrow(coded)
  })
})
