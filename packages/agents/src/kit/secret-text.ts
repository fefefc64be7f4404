import { readFileSync } from "node:fs"
import { join } from "node:path"
import { MetricqError } from "@metricq/client"
import type { Secret } from "./fields/secret.js"

/** What environment variables of secrets begin with: no configuration can read any other one. */
const ENV_PREFIX = "METRICQ_SECRET_"
const MAX_BYTES = 64 * 1024

/** Where references are looked up. */
export interface SecretPlaces {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Folder of secrets; without it `$file` cannot be used. */
  readonly folder?: string | undefined
}

let places: SecretPlaces = { env: process.env, folder: process.env.METRICQ_SECRETS_DIR }

/** Sets where all agents of this process look up secrets; `metricq agent --secrets-dir` does. */
export function setSecretPlaces(some: SecretPlaces): void {
  places = { ...places, ...some }
}

/**
 * The text of a secret. White space at the end of a file is left out.
 *
 * @throws {MetricqError} `secret` naming the reference, and never what is in it
 */
export function secretText(
  value: Secret,
  { env = places.env ?? {}, folder = places.folder }: SecretPlaces = {},
): string {
  if (typeof value === "string") return value
  return "$env" in value ? fromEnvironment(value.$env, env) : fromFile(value.$file, folder)
}

function fromEnvironment(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const text = name.startsWith(ENV_PREFIX) ? env[name] : undefined
  if (text !== undefined) return text
  throw new MetricqError("secret", `the environment variable ${name} is not set where the agent runs`)
}

function fromFile(name: string, folder: string | undefined): string {
  if (folder === undefined)
    throw new MetricqError("secret", `the secret file ${name} needs a folder: start the agent with --secrets-dir`)
  try {
    const bytes = readFileSync(join(folder, name))
    if (bytes.length > MAX_BYTES) throw new RangeError(`it has more than ${MAX_BYTES} bytes`)
    return bytes.toString("utf8").trimEnd()
  } catch (cause) {
    throw new MetricqError("secret", `the secret file ${name} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
