import type { Disk } from "@metricq/files"
import { StorageError } from "../errors.js"
import { FOLDER_VERSION, type Manifest } from "./manifest.js"

/** Turns a folder of one version into one of the next, so that a crash on the way leaves one or the other; returns its new manifest. */
export type UpgradeStep = (disk: Disk, folder: string, manifest: Manifest) => Promise<Manifest>

/** By the version that they start from. There has been one version so far. */
const steps: ReadonlyMap<number, UpgradeStep> = new Map()

/**
 * Bring a folder to the version of this program, one step after the other.
 *
 * @throws {StorageError} `format` if there is no way
 */
export async function upgraded(
  disk: Disk,
  folder: string,
  found: Manifest,
  from: ReadonlyMap<number, UpgradeStep> = steps,
  to = FOLDER_VERSION,
): Promise<Manifest> {
  let manifest = found
  while (manifest.version < to) {
    const step = from.get(manifest.version)
    if (!step) throw new StorageError("format", `${folder} is of version ${manifest.version}, which cannot be upgraded`)
    manifest = await step(disk, folder, manifest)
  }
  return manifest
}
