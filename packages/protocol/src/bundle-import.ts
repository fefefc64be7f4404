import { keepSecrets, type SecretProblem } from "./bundle-secrets.js"
import { pathText } from "./document-path.js"
import type { JsonObject } from "./json.js"

/** What the import of a configuration comes to. */
export interface ImportStep {
  readonly state: "new" | "changed" | "same"
  /** What would be stored: the document with the secrets that are kept. */
  readonly config: JsonObject
  /** Marks that stand for nothing; with one of them it cannot be stored. */
  readonly problems: readonly SecretProblem[]
}

/**
 * What storing a document of a bundle would change of what is stored (undefined: nothing is). The order of keys counts, as it does in
 * the rules of databases.
 */
export function importStep(document: JsonObject, stored: JsonObject | undefined): ImportStep {
  const { config, problems } = keepSecrets(document, stored)
  const isSame = stored !== undefined && JSON.stringify(config) === JSON.stringify(stored)
  return { state: stored === undefined ? "new" : isSame ? "same" : "changed", config, problems }
}

/** A problem as a line for people: `hosts[0].password: it is left out in the bundle, …`. */
export function secretProblemText({ path, kind }: SecretProblem): string {
  const what =
    kind === "missing"
      ? "it is left out in the bundle, and no stored one is sure to belong there: write it, or a reference to it"
      : "****** stands where no secret belongs"
  return `${pathText(path)}: ${what}`
}
