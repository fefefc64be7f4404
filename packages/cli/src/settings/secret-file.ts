import { readFileSync } from "node:fs"
import { CommandError } from "../errors.js"

/**
 * The first line of a file that holds a secret.
 *
 * @throws {CommandError} `file` when it cannot be read or its first line is empty; the message never has its contents
 */
export function readSecretFile(path: string): string {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch (error) {
    throw new CommandError("file", `cannot read the password file ${path}: ${(error as Error).message}`, {
      cause: error,
    })
  }
  const secret = text.split(/\r?\n/, 1)[0] ?? ""
  if (secret === "")
    throw new CommandError("file", `the password file ${path} is empty: write the password on its first line`)
  return secret
}
