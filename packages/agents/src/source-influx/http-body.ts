import type { IncomingMessage } from "node:http"
import type { Readable } from "node:stream"
import { createGunzip, createInflate } from "node:zlib"

/** The request's bytes, uncompressed; `undefined` for an encoding that is not known. An error of it leaves the request whole. */
export function bodyOf(request: IncomingMessage): Readable | undefined {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity"
  if (encoding === "identity" || encoding === "") return request
  const decoder = encoding === "gzip" ? createGunzip() : encoding === "deflate" ? createInflate() : undefined
  if (decoder === undefined) return undefined
  request.once("close", () => {
    if (!request.complete) decoder.destroy(new Error("the request has ended too early"))
  })
  return request.pipe(decoder)
}
