import { readFileSync } from "node:fs"
import { join } from "node:path"
import { UsageError } from "../errors.js"

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/

/**
 * The variables of a `.metricq` file: lines `NAME=value`, blank lines and `#` comments.
 *
 * A value may stand in single quotes (taken as it is) or double quotes (`\n`, `\t`, `\"`, `\\` are escapes); otherwise it ends at
 * ` #`. Nothing is interpolated. The last of two equal names holds.
 *
 * @throws {UsageError} naming `file` and the line that is none of these
 */
export function parseDotenv(text: string, file: string): Map<string, string> {
  const variables = new Map<string, string>()
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const match = LINE.exec(line)
    const value = match && unquote(match[2] ?? "")
    if (!match || value === undefined || value === null) {
      throw new UsageError(`${file}:${index + 1}: expected NAME=value`)
    }
    variables.set(match[1] ?? "", value)
  }
  return variables
}

function unquote(raw: string): string | undefined {
  const quoted = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")\s*(?:#.*)?$/.exec(raw)
  if (quoted?.[1] !== undefined) return quoted[1]
  if (quoted?.[2] !== undefined) {
    return quoted[2].replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char === "t" ? "\t" : char))
  }
  if (/^['"]/.test(raw)) return undefined
  return raw.replace(/(^|\s+)#.*$/, "").trim()
}

/**
 * Fill `env` from `.metricq` in the working folder and then from that in the home folder.
 *
 * What `env` already has stays. Only names that begin with `METRICQ_` are taken, so that a folder somebody else wrote cannot
 * change what programs are run. A file that does not exist is no error.
 *
 * @throws {UsageError} for a file that cannot be read or has a wrong line
 */
export function loadDotenv(env: NodeJS.ProcessEnv, workingFolder: string, homeFolder: string): void {
  for (const folder of new Set([workingFolder, homeFolder])) {
    const file = join(folder, ".metricq")
    const text = readIfThere(file)
    if (text === undefined) continue
    for (const [name, value] of parseDotenv(text, file)) {
      if (name.startsWith("METRICQ_")) env[name] ??= value
    }
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
