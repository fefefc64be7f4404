import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { BundleError, type JsonObject, MAX_BUNDLE_ENTRIES, readBundle } from "@metricq/protocol"
import { CommandError, oneLine } from "../errors.js"
import { lineOfProblem, linesByPath } from "../text/json-lines.js"
import { parseJsonObject } from "../text/json-text.js"
import { configFiles, tokenOfFile } from "./bundle-folder.js"

/** Largest file that is read, in bytes: the manager stores configurations of 4 MiB. */
const MOST = { configuration: 8 * 1024 * 1024, bundle: 256 * 1024 * 1024 }

/** A configuration as it stands in a bundle. */
export interface BundleEntry {
  readonly token: string
  readonly config: JsonObject
  /** The file it is from. */
  readonly file: string
  /** Line in that file, from 1, of what a problem such as `hosts[0].port: …` is about. */
  lineOf(problem: string): number | undefined
}

/**
 * The configurations in a folder or file, in the order of tokens.
 *
 * @throws {CommandError} `bundle` with a line for each file that is wrong, and where in it
 */
export async function readBundleAt(path: string): Promise<BundleEntry[]> {
  const stats = await attempt(path, () => stat(path))
  const entries = stats.isDirectory() ? await readFolder(path) : await readOneFile(path)
  if (entries.length === 0) throw new CommandError("bundle", `${path} holds no configurations`)
  return entries.sort((a, b) => (a.token < b.token ? -1 : 1))
}

async function readFolder(folder: string): Promise<BundleEntry[]> {
  const names = await attempt(folder, () => configFiles(folder))
  if (names.length > MAX_BUNDLE_ENTRIES)
    throw new CommandError("bundle", `${folder} holds more than ${MAX_BUNDLE_ENTRIES} configurations`)
  const wrong: string[] = []
  const entries: BundleEntry[] = []
  for (const name of names) {
    try {
      entries.push(await readConfig(folder, name))
    } catch (error) {
      wrong.push(oneLine(error))
    }
  }
  if (wrong.length > 0) throw new CommandError("bundle", wrong.join("; "))
  return entries
}

async function readConfig(folder: string, name: string): Promise<BundleEntry> {
  const file = join(folder, name)
  let token: string
  try {
    token = tokenOfFile(name)
  } catch {
    throw new CommandError("bundle", `${file}: its name is no token of a client`)
  }
  const text = await readText(file, MOST.configuration)
  return { token, config: parseJsonObject(text, file), file, lineOf: (problem) => lineIn(text, [], problem) }
}

async function readOneFile(file: string): Promise<BundleEntry[]> {
  const text = await readText(file, MOST.bundle)
  const document = parseJsonObject(text, file)
  try {
    return [...readBundle(document)].map(([token, config]) => ({
      ...{ token, config, file },
      lineOf: (problem) => lineIn(text, ["configurations", token], problem),
    }))
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    const line = lineIn(text, [], error.message)
    throw new CommandError("bundle", `${file} is no bundle: line ${line ?? 1}: ${error.message}`, { cause: error })
  }
}

function lineIn(text: string, base: readonly string[], problem: string): number | undefined {
  return lineOfProblem(linesByPath(text.replace(/^\uFEFF/, ""), base), problem)
}

async function readText(file: string, most: number): Promise<string> {
  const { size } = await attempt(file, () => stat(file))
  if (size > most) throw new CommandError("bundle", `${file} has ${size} bytes, at most ${most} are read`)
  return attempt(file, () => readFile(file, "utf8"))
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new CommandError("file", `cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}
