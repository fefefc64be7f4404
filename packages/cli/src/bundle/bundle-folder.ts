import { readdir } from "node:fs/promises"
import { checkToken } from "@metricq/protocol"

/** Says that a folder holds a bundle, and nothing else that ends in `.json`. */
export const MARKER = ".metricq-bundle"

/** Longest name of a file in bytes. */
const MAX_NAME = 255

/** The file of a client in a bundle: its token, with `%` and digits for characters that a name of a file cannot have everywhere. */
export function fileNameOf(token: string): string {
  const encoded = encodeURIComponent(token)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, "%2E")
  return `${encoded}.json`
}

/** Whether a file of {@link fileNameOf} can be made. */
export function isWritableName(name: string): boolean {
  return name.length <= MAX_NAME
}

/** The token that a file of a bundle is for. @throws {Error} if it is none */
export function tokenOfFile(name: string): string {
  const token = decodeURIComponent(name.slice(0, -".json".length))
  checkToken(token)
  return token
}

/** Names of the files with configurations in a folder, in order. Hidden ones are not among them. Rejects as the file system. */
export async function configFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith(".json") && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort()
}
