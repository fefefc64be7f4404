import { findNodeAtLocation, modify, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser"

/** Keys and indexes from the top of a document. */
export type Path = readonly (string | number)[]

/** One replacement in a text: characters `from` to `to` by `insert`. */
export interface TextEdit {
  from: number
  to: number
  insert: string
}

/** A text as JSON: its value, or what keeps it from having one. */
export type ParsedDocument =
  | { ok: true; value: unknown; root: Node }
  | { ok: false; error: { kind: string; from: number; to: number } }

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }
const FORMAT = { insertSpaces: true, tabSize: 2, eol: "\n" }

/** Read a text as strict JSON. `kind` of an error is a name such as `ColonExpected`, or `NotAnObject` for other values. */
export function parseDocument(text: string): ParsedDocument {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, STRICT)
  const [first] = errors
  if (first !== undefined) {
    const from = Math.min(first.offset, text.length)
    const kind = printParseErrorCode(first.error)
    return { ok: false, error: { kind, from, to: Math.min(text.length, from + Math.max(1, first.length)) } }
  }
  if (root?.type !== "object") return { ok: false, error: { kind: "NotAnObject", from: 0, to: text.length } }
  return { ok: true, value: JSON.parse(text), root }
}

/** A document as it is shown first: two spaces, keys in the order they are stored. */
export function documentText(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

/**
 * What changes in `text` so that `path` has `value`; `undefined` removes it. Everything else stays as it is written. Nothing changes
 * where the text is no JSON.
 */
export function editAt(text: string, path: Path, value: unknown): TextEdit[] {
  if (!parseDocument(text).ok) return []
  const edits = modify(text, [...path], value, { formattingOptions: FORMAT })
  return edits.map(({ offset, length, content }) => ({ from: offset, to: offset + length, insert: content }))
}

/** What changes in `text` so that the key at `path` is called `name`. Nothing where it is not, or where `name` is taken. */
export function renameAt(text: string, path: Path, name: string): TextEdit[] {
  const parsed = parseDocument(text)
  if (!parsed.ok) return []
  const property = findNodeAtLocation(parsed.root, [...path])?.parent
  const key = property?.type === "property" ? property.children?.[0] : undefined
  if (key === undefined || findNodeAtLocation(parsed.root, [...path.slice(0, -1), name])) return []
  return [{ from: key.offset, to: key.offset + key.length, insert: JSON.stringify(name) }]
}

/** The text after edits, which do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const backwards = [...edits].sort((a, b) => b.from - a.from)
  return backwards.reduce((result, { from, to, insert }) => result.slice(0, from) + insert + result.slice(to), text)
}

/** Where `path` is written, or the nearest thing above it that is there: its key, or its value if it has none. */
export function placeOf(root: Node, path: Path): { from: number; to: number } {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    const shown = node?.parent?.type === "property" ? node.parent.children?.[0] : node
    if (shown !== undefined) return { from: shown.offset, to: shown.offset + shown.length }
  }
  return { from: root.offset, to: root.offset + 1 }
}

/** Line number, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", at + 1)) line++
  return line
}

/** What a path has in a value; `undefined` for nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value
  for (const part of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part)) return undefined
    found = (found as Record<string | number, unknown>)[part]
  }
  return found
}
