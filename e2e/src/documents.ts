import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type CodeBlock, codeBlocks } from "./markdown.js"

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/** A Markdown file of the repository. */
export interface Document {
  /** Path from the root of the repository. */
  file: string
  text: string
  blocks: CodeBlock[]
}

/** The Markdown files that users read: those at the root, below docs/, and those of the packages and their agents. */
export function documents(): Document[] {
  const files = [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    ...below("docs"),
    ...below("packages", ["node_modules", "dist", "fixtures"]),
  ]
  return files.sort().map((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return { file, text, blocks: codeBlocks(file, text) }
  })
}

/** The programs of examples/, from the root of the repository. */
export function exampleFiles(): string[] {
  return readdirSync(join(root, "examples"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `examples/${name}`)
}

function below(folder: string, without: string[] = []): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return without.includes(entry.name) ? [] : below(path, without)
    return entry.name.endsWith(".md") ? [path] : []
  })
}
