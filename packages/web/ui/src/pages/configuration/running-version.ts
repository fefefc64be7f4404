import type { ConfigurationState } from "../clients/client-info.js"

/** The number of a version by its revision: what stands before the dash; undefined where there is none. */
export function versionOf(revision: string | undefined): number | undefined {
  const number = Number.parseInt(revision ?? "", 10)
  return number > 0 ? number : undefined
}

/** The version that a client works with, as far as it has said so. */
export function runningVersion({ accepted }: ConfigurationState = {}): number | undefined {
  return versionOf(accepted?.revision)
}
