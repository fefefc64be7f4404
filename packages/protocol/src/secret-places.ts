import type { JsonObject, JsonValue } from "./json.js"

/** Keys whose values nobody should see. */
const secretKey = /pass(word|wd|phrase)|secret|credential|community|api[-_]?key|private[-_]?key|(^|[-_a-z])token$/i

/** Password within an address. */
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)([^\s/?#@]+)(?=@)/gi

/**
 * Whether what stands below `key` is secret: text or a number below a key such as `password`. `isAbove` says whether it was secret already.
 * References (`{"$env": …}`, `{"$file": …}`) say where a secret is and hold none.
 */
export function isSecretBelow(key: string, isAbove: boolean): boolean {
  return (isAbove || secretKey.test(key)) && key !== "$env" && key !== "$file"
}

/** The text with each password of an address in it replaced; `change` gets the password, and its number from 0. */
export function replaceUrlPasswords(text: string, change: (password: string, index: number) => string): string {
  let index = 0
  return text.replace(urlPassword, (_, before: string, password: string) => before + change(password, index++))
}

/**
 * A copy of the document in which `change` has replaced each secret: text or a number below a key such as `password`, and the password of an
 * address. It gets the secret, and its text. Empty text is no secret.
 */
export function replaceSecrets(
  document: JsonObject,
  change: (value: JsonValue, text: string) => JsonValue,
): JsonObject {
  return walk(document, change, false) as JsonObject
}

function walk(value: JsonValue, change: (value: JsonValue, text: string) => JsonValue, isSecret: boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => walk(item, change, isSecret))
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) =>
      item === undefined ? [key, item] : [key, walk(item, change, isSecretBelow(key, isSecret))],
    )
    return Object.fromEntries(entries) as JsonObject
  }
  if (typeof value === "number" && isSecret) return change(value, String(value))
  if (typeof value !== "string" || value === "") return value
  if (isSecret) return change(value, value)
  return replaceUrlPasswords(value, (password) => String(change(password, password)))
}
