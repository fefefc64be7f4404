import { readFile, stat } from "node:fs/promises"
import { isAbsolute, join } from "node:path"
import { objectOf, wrongSetting } from "../setting-values.js"

/** A secret, or where it is: in an environment variable of the web server, or in a file. */
export type ChannelSecret = string | { readonly $env: string } | { readonly $file: string }

/** Where secrets are looked for. */
export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of the web server: files without a folder are in `secrets` below it. */
  readonly folder: string | undefined
}

const MOST_CHARACTERS = 1000
const MOST_BYTES = 64 * 1024

/**
 * Read a secret of settings. Variables have to begin with METRICQ_SECRET_, and files to be in the folder for secrets, or else whoever may change
 * settings could have everything sent that this machine knows.
 *
 * @throws {WebError} `settings`
 */
export function parseSecret(key: string, value: unknown, mayNameAnyFile: boolean): ChannelSecret | undefined {
  if (value === undefined || value === null || value === "") return undefined
  if (typeof value === "string") {
    if (value.length <= MOST_CHARACTERS && !/[\r\n\0]/.test(value)) return value
    return wrongSetting(`${key}: expected a line of at most ${MOST_CHARACTERS} characters`)
  }
  const { $env, $file } = objectOf(key, value)
  if (typeof $env === "string" && /^METRICQ_SECRET_\w{1,100}$/.test($env)) return { $env }
  if (typeof $file === "string" && /^\w[\w.-]{0,100}$/.test($file)) return { $file }
  if (typeof $file === "string" && mayNameAnyFile && isAbsolute($file)) return { $file }
  const file = mayNameAnyFile ? "the path of a file" : "the name of a file in the folder secrets of the web server"
  return wrongSetting(`${key}: expected the secret itself, {"$env": "METRICQ_SECRET_…"} or {"$file": "…"} with ${file}`)
}

/** A file for what is public, in the same places. @throws {WebError} `settings` */
export function parseNamedFile(key: string, value: unknown, mayNameAnyFile: boolean): { $file: string } | undefined {
  const parsed = typeof value === "string" ? undefined : parseSecret(key, value, mayNameAnyFile)
  if (value === undefined || (typeof parsed === "object" && "$file" in parsed))
    return parsed as { $file: string } | undefined
  return wrongSetting(`${key}: expected {"$file": "…"}`)
}

/** The secret itself; of a file its first line. @throws {Error} naming the variable or file if there is none */
export async function readSecret(secret: ChannelSecret, { env, folder }: SecretPlaces): Promise<string> {
  if (typeof secret === "string") return secret
  if ("$env" in secret) {
    const value = env[secret.$env]
    if (value) return value
    throw new Error(`the web server has no variable ${secret.$env}`)
  }
  const [line = ""] = (await readNamedFile(secret.$file, { env, folder })).split(/\r?\n/)
  if (line !== "") return line
  throw new Error(`there is no secret in ${secret.$file}`)
}

/** All of a file that settings name. @throws {Error} naming it if there is none */
export async function readNamedFile($file: string, { env, folder }: SecretPlaces): Promise<string> {
  for (const path of pathsOf($file, env.CREDENTIALS_DIRECTORY, folder)) {
    const size = await stat(path).then(
      ({ size }) => size,
      () => undefined,
    )
    if (size === undefined) continue
    if (size > MOST_BYTES) throw new Error(`${$file} is too long`)
    return readFile(path, "utf8")
  }
  throw new Error(`the web server has no file ${$file}`)
}

/** That of systemd comes first. */
function pathsOf(file: string, credentials: string | undefined, folder: string | undefined): string[] {
  if (isAbsolute(file)) return [file]
  return [...(credentials ? [join(credentials, file)] : []), ...(folder ? [join(folder, "secrets", file)] : [])]
}
