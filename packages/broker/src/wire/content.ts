/**
 * One message as bytes, as far as the wire is concerned. All parts lie one after the other in `buffer`:
 *
 *     routing      exchange and routing key as two short strings, just as publish carried them and deliver repeats them
 *     properties   property flags and list of the content header
 *     body
 *
 * Nobody changes these bytes while the message lives.
 */
export interface Content {
  readonly buffer: Buffer
  readonly routingStart: number
  readonly propertiesStart: number
  readonly bodyStart: number
  readonly end: number
}

/** Copies a range of bytes. Short ranges go faster in a loop than through a call into the runtime. */
export function copyBytes(target: Buffer, at: number, source: Buffer, start: number, end: number): void {
  if (end - start > 64) {
    source.copy(target, at, start, end)
    return
  }
  for (let from = start, to = at; from < end; from++, to++) target[to] = source[from] as number
}
