import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./documents.js"

/** The names that a package's front door lists, parted into values and types. */
export function exportedNames(entry: string): { values: string[]; types: string[] } {
  const values: string[] = []
  const types: string[] = []
  for (const [, type, list] of readFileSync(join(root, entry), "utf8").matchAll(/export (type )?\{([^}]*)\}/g)) {
    for (const item of list!.split(",").map((text) => text.trim())) {
      if (item === "") continue
      const isType = type !== undefined || item.startsWith("type ")
      const name = item.replace(/^type /, "").replace(/^\w+ as /, "")
      if (isType) types.push(name)
      else values.push(name)
    }
  }
  return { values, types }
}

const { values, types } = exportedNames("packages/cli/src/index.ts")
const imports = `import { ${[...values, ...types.map((name) => `type ${name}`)].join(", ")} } from "metricq"`
const declarations =
  "declare const client: Client, source: Source, sink: Sink, history: HistoryClient, url: string, signal: AbortSignal"

/** What stands before snippets of these files, as they leave it to the reader. */
const preludes: Record<string, string> = {
  "packages/testkit/README.md": 'import { defineConfig } from "vitest/config"',
}

/**
 * A snippet as a module of its own, in which its first line is the second one.
 *
 * One that imports something is complete. Any other has all names of `metricq`, and a client, a source, a sink, a history
 * client and a URL to work with; with `in="Source"` it is the body of a method of that class.
 */
export function snippetModule(file: string, code: string, within: string | undefined): string {
  if (/^import /m.test(code)) return `\n${code}\nexport {}\n`
  const before = `${imports}; ${declarations}; ${preludes[file] ?? ""};`
  if (/^export /m.test(code)) return `${before}\n${code}\n`
  if (within === undefined) return `${before} {\n${code}\n}\n`
  return `${before} abstract class Snippet extends ${within} { async snippet() {\n${code}\n} }\n`
}
