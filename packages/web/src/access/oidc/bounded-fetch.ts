/** A document of a provider: its description, its keys, tokens, claims. */
const mostBytes = 1024 * 1024

/**
 * `fetch` for what a provider answers: no redirects, and no bodies beyond 1 MiB.
 *
 * @throws {TypeError} as `fetch`; {Error} for longer bodies
 */
export async function boundedFetch(address: string, options: object): Promise<Response> {
  const answer = await fetch(address, { ...options, redirect: "manual" })
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.length
    if (bytes > mostBytes) throw new Error(`${new URL(address).origin} answers with more than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  const { status, statusText, headers } = answer
  const hasBody = ![204, 205, 304].includes(status)
  return new Response(hasBody ? Buffer.concat(pieces) : null, { status, statusText, headers })
}
