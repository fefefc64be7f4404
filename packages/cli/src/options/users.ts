import { InvalidArgumentError } from "commander"
import { UsageError } from "../errors.js"
import { readSecretFile } from "../settings/secret-file.js"

/** Collects a repeated option into a list. */
export function repeated(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}

/**
 * Users and passwords from words `name:file`, the password being the first line of the file; `undefined` for no words at all.
 *
 * Passwords stand in files because everybody on a machine can read the arguments of a process.
 *
 * @throws {UsageError} for a word of another form
 * @throws {CommandError} `file` for a file without a password
 */
export function usersFrom(words: readonly string[] | undefined): Record<string, string> | undefined {
  if (words === undefined) return undefined
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf(":")
      if (at < 1 || at === word.length - 1) {
        throw new UsageError(`--user ${word}: expected name:file, where the file's first line is the password`)
      }
      return [word.slice(0, at), readSecretFile(word.slice(at + 1))]
    }),
  )
}

/**
 * Administrators in a list with commas.
 *
 * guest is refused: its password is known to everybody.
 */
export function parseAdministrators(text: string): string[] {
  const names = text.split(",").map((name) => name.trim())
  if (names.includes("guest")) throw new InvalidArgumentError("guest cannot be one: everybody knows its password.")
  return names.filter((name) => name !== "")
}
