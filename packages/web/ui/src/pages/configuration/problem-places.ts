import type { Node } from "jsonc-parser"
import { type Path, placeOf } from "./json-document.js"

/** Something wrong or odd in a document, and where. */
export interface Problem {
  severity: "error" | "warning"
  path: Path
  message: string
}

/** A problem with the characters it is about. */
export interface PlacedProblem extends Problem {
  from: number
  to: number
}

/** A line of a check, `hosts[0].metrics["a.b"].unit: expected …`, taken apart. What has no path is about the whole document. */
export function problemOf(line: string, severity: Problem["severity"]): Problem {
  const path: (string | number)[] = []
  const part = /\.?([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y
  let end = 0
  for (let match = part.exec(line); match !== null; match = part.exec(line)) {
    end = part.lastIndex
    const [, name, index, quoted] = match
    if (name !== undefined) path.push(name)
    else path.push(index !== undefined ? Number(index) : JSON.parse(quoted ?? '""'))
  }
  if (!line.startsWith(": ", end)) return { severity, path: [], message: line }
  const message = line.slice(end + 2)
  return { severity, path: path.length === 1 && path[0] === "configuration" ? [] : path, message }
}

/** Problems with their places in the text that `root` was read from, in the order of the text. */
export function placed(root: Node, problems: readonly Problem[]): PlacedProblem[] {
  return problems
    .map((problem) => ({ ...problem, ...placeOf(root, problem.path) }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
}

/** The problems at a path itself, or at what lies below it if `below`. */
export function problemsAt(problems: readonly Problem[], path: Path, below = false): Problem[] {
  return problems.filter(
    (problem) =>
      (below ? problem.path.length >= path.length : problem.path.length === path.length) &&
      path.every((part, i) => problem.path[i] === part),
  )
}
