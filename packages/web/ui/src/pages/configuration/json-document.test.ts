import fc from "fast-check"
import { expect, test } from "vitest"
import {
  applyEdits,
  documentText,
  editAt,
  lineAt,
  type ParsedDocument,
  parseDocument,
  placeOf,
  renameAt,
  valueAt,
} from "./json-document.js"

const changed = (text: string, path: (string | number)[], value: unknown) => applyEdits(text, editAt(text, path, value))

function rootOf(parsed: ParsedDocument) {
  if (!parsed.ok) throw new Error(parsed.error.kind)
  return parsed.root
}

test("an edit touches only the value it is about", () => {
  const text = '{ "rate":1,\n\t"odd" : [ 1,2 ] }'
  expect(changed(text, ["rate"], 10)).toBe('{ "rate":10,\n\t"odd" : [ 1,2 ] }')
  expect(JSON.parse(changed(text, ["net", "exclude", 0], "lo*"))).toEqual({
    rate: 1,
    odd: [1, 2],
    net: { exclude: ["lo*"] },
  })
  expect(JSON.parse(changed(text, ["rate"], undefined))).toEqual({ odd: [1, 2] })
})

test("what is no JSON stays, and the place of the error is known", () => {
  const text = '{\n  "a": 1,\n}'
  expect(editAt(text, ["a"], 2)).toEqual([])
  const parsed = parseDocument(text)
  expect(parsed).toMatchObject({ ok: false })
  expect(parsed.ok ? 0 : lineAt(text, parsed.error.from)).toBe(3)
  expect(parseDocument("[1]")).toMatchObject({ ok: false, error: { kind: "NotAnObject" } })
  expect(parseDocument("")).toMatchObject({ ok: false })
  expect(parseDocument('{"a":1} // why')).toMatchObject({ ok: false })
})

test("a key is renamed where it stands, unless the name is taken", () => {
  const text = '{"m": {"a": 1, "b": 2}}'
  expect(applyEdits(text, renameAt(text, ["m", "a"], 'x "y"'))).toBe('{"m": {"x \\"y\\"": 1, "b": 2}}')
  expect(renameAt(text, ["m", "a"], "b")).toEqual([])
  expect(renameAt(text, ["m", "c"], "d")).toEqual([])
})

test("a problem is shown at its key, or at what is nearest above it", () => {
  const text = '{\n  "net": { "include": [7] }\n}'
  const root = rootOf(parseDocument(text))
  const shown = (path: (string | number)[]) => {
    const { from, to } = placeOf(root, path)
    return text.slice(from, to)
  }
  expect(shown(["net", "include", 0])).toBe("7")
  expect(shown(["net", "include"])).toBe('"include"')
  expect(shown(["net", "exclude"])).toBe('"net"')
  expect(shown(["gone", 1])).toBe("{")
})

test("whatever is set can be read back, and what is beside it stays", () => {
  const key = fc.string({ minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), key, fc.jsonValue(), (document, name, value) => {
      fc.pre(name !== "__proto__" && !("__proto__" in document))
      const after = JSON.parse(changed(documentText(document), [name], value))
      expect(JSON.stringify(valueAt(after, [name]))).toBe(JSON.stringify(value))
      for (const other of Object.keys(document)) {
        if (other !== name) expect(after[other]).toEqual(JSON.parse(JSON.stringify(document[other])))
      }
    }),
  )
})
