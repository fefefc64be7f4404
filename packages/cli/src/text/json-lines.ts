import { type DocumentPath, pathText } from "@metricq/protocol"

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+|\n/g

interface Token {
  readonly text: string
  readonly line: number
}

/**
 * The line, from 1, of every place of a JSON text below `base`, by its path from there as {@link pathText} writes it: that of the key, or of
 * the element. The text must be JSON.
 */
export function linesByPath(text: string, base: DocumentPath = []): Map<string, number> {
  const tokens = tokensOf(text)
  const lines = new Map<string, number>()
  let at = 0
  const peek = () => tokens[at]?.text
  const visit = (path: DocumentPath, line: number): void => {
    if (base.every((part, i) => path[i] === part)) lines.set(pathText(path.slice(base.length)), line)
    const open = tokens[at++]?.text
    if (open !== "{" && open !== "[") return
    const close = open === "{" ? "}" : "]"
    for (let index = 0; at < tokens.length && peek() !== close; index++) {
      const first = tokens[at]!
      if (open === "{") at += 2
      visit([...path, open === "{" ? (JSON.parse(first.text) as string) : index], first.line)
      if (peek() === ",") at++
    }
    at++
  }
  visit([], tokens[0]?.line ?? 1)
  return lines
}

/** The line of the place that a problem begins with, such as `hosts[0].port: expected …`, or of the nearest one around it. */
export function lineOfProblem(lines: ReadonlyMap<string, number>, problem: string): number | undefined {
  let nearest: string | undefined
  for (const path of lines.keys()) {
    const isThere = problem.startsWith(path) && /^[:.[]/.test(problem.slice(path.length))
    if (isThere && path.length > (nearest ?? "").length) nearest = path
  }
  return lines.get(nearest ?? "configuration")
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const [found] of text.matchAll(TOKEN)) {
    if (found === "\n") line++
    else tokens.push({ text: found, line })
  }
  return tokens
}
