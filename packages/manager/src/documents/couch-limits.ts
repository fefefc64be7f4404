import { type JsonObject, stringifyJson } from "@metricq/client"
import { checkBodyBytes, checkId, isStorable } from "./document-limits.js"
import { StorageError } from "./errors.js"

/** Whether CouchDB takes a document under this id in `config` and `metadata`: those with a leading underscore are its own. */
export function isCouchId(id: string): boolean {
  return isStorable(id) && !id.startsWith("_") && isWellFormed(id)
}

/** @throws {StorageError} `document-id` */
export function checkCouchId(id: string): void {
  checkId(id)
  if (isCouchId(id)) return
  throw new StorageError("document-id", `"${id.slice(0, 50)}" cannot be the name of a document in a CouchDB`)
}

/** @throws {StorageError} `document-size` */
export function checkBody(id: string, body: JsonObject): void {
  checkBodyBytes(id, Buffer.byteLength(stringifyJson(body)))
}

/** Half of a pair of UTF-16 has no UTF-8. */
function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text)
}
