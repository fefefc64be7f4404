import { createHmac, randomBytes } from "node:crypto"
import type { JsonObject, JsonValue } from "@metricq/client"
import { replaceSecrets } from "@metricq/protocol"
import { WebError } from "../server/web-error.js"

/** What stands in place of a secret, and a mark that tells which. */
const masks = /\*{6}[0-9a-f]{12}/g

/**
 * Hides the secrets of configurations, and puts them back where a document comes back with them still hidden.
 *
 * Secret is text or a number below a key such as `password`, and the password of an address. References (`{"$env": …}`, `{"$file": …}`) say where a
 * secret is and hold none, so they stay. Masks are marks of this process: equal secrets look alike, different ones do not.
 */
export class Secrets {
  readonly #key = randomBytes(32)

  /** A copy of the document without its secrets. */
  mask(document: JsonObject): JsonObject {
    return replaceSecrets(document, (value, text) => this.#maskOf(value, text))
  }

  /**
   * A copy of the document whose masks are the secrets of `stored` again.
   *
   * @throws {WebError} `mask` for one that stands for nothing there, or where no secret belongs
   */
  unmask(document: JsonObject, stored: JsonObject | undefined): JsonObject {
    const secrets = new Map<string, JsonValue>()
    replaceSecrets(stored ?? {}, (value, text) => {
      const mask = this.#maskOf(value, text)
      secrets.set(mask, value)
      return mask
    })
    const back = (mask: string): JsonValue => {
      const secret = secrets.get(mask)
      if (secret !== undefined) return secret
      const remedy = "load the configuration again, or write the secret itself"
      throw new WebError("mask", `${mask} stands for no secret of the stored configuration`, { remedy })
    }
    const isMask = (text: string) => new RegExp(`^${masks.source}$`).test(text)
    const restored = replaceSecrets(document, (value, text) => {
      if (isMask(text)) return back(text)
      return value
    })
    refuseMasks(restored)
    return restored
  }

  /** Whether something in the document looks like a mask of this kind. */
  hasMasks(document: JsonObject): boolean {
    return new RegExp(masks.source).test(JSON.stringify(document))
  }

  /** A text about the document without the document's secrets: what an error says that it has got. */
  redact(text: string, document: JsonObject): string {
    const found = new Set<string>()
    replaceSecrets(document, (value, secret) => {
      found.add(secret)
      return value
    })
    // Longer ones first: one may be part of another. Those of a letter or two are only taken for secrets where they stand alone.
    const byLength = [...found].sort((a, b) => b.length - a.length)
    return byLength.reduce((shown, secret) => {
      const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      const pattern = secret.length < 4 ? `(?<![\\w.])${escaped}(?![\\w.])` : escaped
      return shown.replace(new RegExp(pattern, "g"), "******")
    }, text)
  }

  #maskOf(value: JsonValue, text: string): string {
    const mark = createHmac("sha256", this.#key)
      .update(`${typeof value}:${text}`)
      .digest("hex")
      .slice(0, 12)
    return `******${mark}`
  }
}

/** A mask that was moved to where no secret belongs would be stored as it is, or show the secret. */
function refuseMasks(document: JsonObject): void {
  const [mask] = JSON.stringify(document).match(masks) ?? []
  if (mask === undefined) return
  const remedy = "write the secret itself there"
  throw new WebError("mask", `${mask} stands where no secret belongs`, { remedy })
}
