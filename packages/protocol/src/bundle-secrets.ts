import { partnersOf } from "./bundle-partners.js"
import type { DocumentPath } from "./document-path.js"
import type { JsonObject, JsonValue } from "./json.js"
import { isSecretBelow, replaceSecrets, replaceUrlPasswords } from "./secret-places.js"

/** What stands in a bundle where a secret was left out. */
export const SECRET_MARK = "******"

/** Those of the page, which hides secrets too, name the secret behind it. */
const mark = /^\*{6}(?:[0-9a-f]{12})?$/

/** A mark that cannot become a secret: nothing is stored in its place, or none belongs there. */
export interface SecretProblem {
  readonly path: DocumentPath
  readonly kind: "missing" | "misplaced"
}

/** A copy of the document with {@link SECRET_MARK} for each secret. References to secrets stay. */
export function markSecrets(document: JsonObject): JsonObject {
  return replaceSecrets(document, () => SECRET_MARK)
}

/**
 * A copy of the document in which each mark is what `stored` has in its place. Elements of a list whose order has changed are found again by
 * what is not secret in them; where that is not certain, the mark is a problem, for a secret must not get to another device.
 */
export function keepSecrets(
  document: JsonObject,
  stored: JsonObject | undefined,
): { config: JsonObject; problems: SecretProblem[] } {
  const problems: SecretProblem[] = []
  const config = keep({ value: document, stored, path: [], isSecret: false }, problems) as JsonObject
  return { config, problems }
}

interface Place {
  readonly value: JsonValue
  readonly stored: JsonValue | undefined
  readonly path: DocumentPath
  readonly isSecret: boolean
}

function keep(place: Place, problems: SecretProblem[]): JsonValue {
  const { value, stored, path, isSecret } = place
  if (Array.isArray(value)) {
    const partners = partnersOf(value, Array.isArray(stored) ? stored : [], (element) => marked(element, isSecret))
    return value.map((item, i) => keep({ value: item, stored: partners[i], path: [...path, i], isSecret }, problems))
  }
  if (value !== null && typeof value === "object") {
    const below = isObject(stored) ? stored : {}
    const entries = Object.entries(value).map(([key, item]) => {
      if (item === undefined) return [key, item]
      const inside = Object.hasOwn(below, key) ? below[key] : undefined
      const place = { value: item, stored: inside, path: [...path, key], isSecret: isSecretBelow(key, isSecret) }
      return [key, keep(place, problems)]
    })
    return Object.fromEntries(entries) as JsonObject
  }
  return typeof value === "string" ? keepText(value, place, problems) : value
}

function keepText(value: string, { stored, path, isSecret }: Place, problems: SecretProblem[]): JsonValue {
  if (isSecret) {
    if (!mark.test(value)) return value
    if (stored !== undefined && stored !== null && stored !== "") return stored
    problems.push({ path, kind: "missing" })
    return value
  }
  if (mark.test(value)) problems.push({ path, kind: "misplaced" })
  const known: string[] = []
  if (typeof stored === "string") replaceUrlPasswords(stored, (password) => (known[known.length] = password))
  return replaceUrlPasswords(value, (password, index) => {
    if (!mark.test(password)) return password
    if (known[index] === undefined) problems.push({ path, kind: "missing" })
    return known[index] ?? password
  })
}

/** An element as text in which every secret is the mark: what elements with other secrets have in common. */
function marked(element: JsonValue, isSecret: boolean): string {
  const key = isSecret ? "secret" : "element"
  return JSON.stringify(replaceSecrets({ [key]: element }, () => SECRET_MARK))
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
