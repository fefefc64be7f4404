import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { bundleFormat, type ConfigBundle, configText } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { configFiles, fileNameOf, isWritableName, MARKER } from "./bundle-folder.js"

/** What an export to a folder has done: numbers of files. */
export interface FolderReport {
  readonly written: number
  readonly same: number
  readonly removed: readonly string[]
}

/**
 * Write a bundle to a folder, a file for each configuration. Files that are as they should be are left alone; each other one is replaced
 * as a whole. With `isWhole` those of clients that are not in the bundle go.
 *
 * @throws {CommandError} `folder` if it holds JSON files that are no bundle's: they would become configurations when it is imported
 */
export async function writeFolder(
  folder: string,
  configs: ConfigBundle,
  { isWhole }: { isWhole: boolean },
): Promise<FolderReport> {
  const names = new Map([...configs].map(([token, config]) => [fileNameOf(token), config]))
  const long = [...configs.keys()].find((token) => !isWritableName(fileNameOf(token)))
  if (long !== undefined)
    throw new CommandError("folder", `the token ${long} is too long for the name of a file; -o writes one file`)
  await mkdir(folder, { recursive: true })
  const present = await configFiles(folder)
  if (present.length > 0 && !(await isThere(join(folder, MARKER)))) {
    const remedy = "name an empty or new folder"
    throw new CommandError("folder", `${folder} holds ${present[0]} and no bundle: ${remedy}`)
  }
  await write(join(folder, MARKER), `${bundleFormat}\n`)
  let written = 0
  for (const [name, config] of names) if (await write(join(folder, name), configText(config))) written++
  const removed = isWhole ? present.filter((name) => !names.has(name)) : []
  for (const name of removed) await rm(join(folder, name))
  return { written, same: names.size - written, removed }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whether there was something to write. */
async function write(path: string, text: string): Promise<boolean> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return false
  await writeFile(`${path}.part`, text)
  await rename(`${path}.part`, path)
  return true
}
