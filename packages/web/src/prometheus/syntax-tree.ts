import type { SyntaxNode, Tree } from "@lezer/common"
import { parser } from "@prometheus-io/lezer-promql"
import { refuse } from "./query-error.js"

const mostCharacters = 20_000
/** Deeper than anybody writes; the recursion over it has an end. */
const mostDepth = 500
/** As many ranges and offsets may follow a selector; more make no sense. */
const mostPasses = 8

/** A place in the text of a query. */
export interface Place {
  readonly node: SyntaxNode
  readonly text: string
}

/** The syntax tree of a query. @throws {QueryError} `bad_data` where it is wrong */
export function parseTree(text: string): Place {
  if (text.trim() === "") refuse("the query is empty")
  if (text.length > mostCharacters) refuse(`a query has at most ${mostCharacters} characters`)
  checkTree(parser.parse(text), text)
  let bound = text
  for (let pass = 0; pass < mostPasses; pass++) {
    const tree = parser.parse(bound)
    const better = bindSuffixes(tree, bound)
    if (better === bound) return { node: tree.topNode.firstChild!, text: bound }
    bound = better
  }
  return refuse("a selector has too many offsets")
}

function checkTree(tree: Tree, text: string): void {
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
  if (tree.topNode.firstChild === null) refuse("the query is empty")
}

const suffixed = ["OffsetExpr", "MatrixSelector", "SubqueryExpr", "StepInvariantExpr", "AnchoredExpr", "SmoothedExpr"]

/**
 * The grammar takes `a - b offset 5m` for `(a - b) offset 5m`, and so for ranges; to Prometheus it is `a - (b offset 5m)`. This writes the
 * parentheses.
 */
function bindSuffixes(tree: Tree, text: string): string {
  const inserted: { at: number; parenthesis: string }[] = []
  tree.iterate({
    enter({ node }) {
      if (!suffixed.includes(node.name)) return
      let operand = node.firstChild!
      if (!operators.includes(operand.name)) return
      while (operators.includes(operand.name)) operand = operand.lastChild!
      inserted.push({ at: operand.from, parenthesis: "(" }, { at: node.to, parenthesis: ")" })
    },
  })
  inserted.sort((a, b) => b.at - a.at)
  return inserted.reduce((all, { at, parenthesis }) => all.slice(0, at) + parenthesis + all.slice(at), text)
}

const operators = ["BinaryExpr", "UnaryExpr"]

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
