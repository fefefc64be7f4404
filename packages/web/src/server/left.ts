import type { FastifyReply } from "fastify"

/** Aborts when whoever asked has gone before the answer was complete. */
export function whenLeft({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController()
  raw.once("close", () => {
    if (!raw.writableFinished) left.abort(new Error("whoever asked has gone"))
  })
  return left.signal
}
