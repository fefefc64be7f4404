import { readFileSync } from "node:fs"
import { MetricqError } from "@metricq/client"

/** How the option of a password is described. */
export const passwordOption = { description: "password: $NAME of the environment, @FILE, or the text itself" }

/**
 * The password that a discovery is given: `$NAME` stands for a variable of the environment, `@FILE` for the content of a file, so
 * that it need not stand on the command line.
 *
 * @throws {MetricqError} `secret`
 */
export function passwordOf(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (text.startsWith("@")) return fromFile(text.slice(1))
  if (!text.startsWith("$")) return text
  const value = env[text.slice(1)]
  if (value === undefined) throw new MetricqError("secret", `the environment variable ${text.slice(1)} is not set`)
  return value
}

function fromFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd()
  } catch (cause) {
    throw new MetricqError("secret", `the password file ${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
