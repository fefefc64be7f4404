import type { SyntaxNode } from "@lezer/common"
import { parser } from "@prometheus-io/lezer-promql"
import { refuse } from "./query-error.js"

const mostCharacters = 20_000
/** Deeper than anybody writes; the recursion over it has an end. */
const mostDepth = 100

/** A place in the text of a query. */
export interface Place {
  readonly node: SyntaxNode
  readonly text: string
}

/** The syntax tree of a query. @throws {QueryError} `bad_data` where it is wrong */
export function parseTree(text: string): Place {
  if (text.trim() === "") refuse("the query is empty")
  if (text.length > mostCharacters) refuse(`a query has at most ${mostCharacters} characters`)
  const tree = parser.parse(text)
  let depth = 0
  tree.iterate({
    enter({ type, from }) {
      if (++depth > mostDepth) refuse(`the query is nested too deeply, more than ${mostDepth} times`)
      if (type.isError) refuse(syntaxError(text, from))
    },
    leave() {
      depth--
    },
  })
  const node = tree.topNode.firstChild
  return node === null ? refuse("the query is empty") : { node, text }
}

function syntaxError(text: string, from: number): string {
  const where = from >= text.length ? "at its end" : `at character ${from + 1}, before "${text.slice(from, from + 20)}"`
  const call = /([A-Za-z_]\w*)\s*$/.exec(text.slice(0, from))
  if (text[from] === "(" && call !== null) return `there is no function "${call[1]}" (${where})`
  const hint = /[A-Za-z_]\.[A-Za-z_]/.test(text) ? `; a name with dots is written {"a.b"} or a:b` : ""
  return `the query cannot be understood ${where}${hint}`
}

export const textOf = ({ node, text }: Place): string => text.slice(node.from, node.to)

/** Those of its children that have one of these names; all without. */
export function childrenOf({ node, text }: Place, ...names: string[]): Place[] {
  const children: Place[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (names.length === 0 || names.includes(child.name)) children.push({ node: child, text })
  }
  return children
}

export const childOf = (place: Place, ...names: string[]): Place | undefined => childrenOf(place, ...names)[0]
