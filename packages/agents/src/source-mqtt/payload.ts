import { DataError } from "@metricq/client"

/** Numbers of one payload that are taken, and how deep they may lie. */
const MAX_NUMBERS = 1000
const MAX_DEPTH = 10

/** The payload of a message; it is parsed once, if at all. */
export class Payload {
  readonly text: string
  #document: { readonly value: unknown } | undefined

  constructor(bytes: Buffer) {
    this.text = bytes.toString("utf8")
  }

  /** @throws {DataError} `no-json` */
  get document(): unknown {
    this.#document ??= { value: parse(this.text) }
    return this.#document.value
  }

  /** All numbers, true and false (1 and 0) in the payload, by the keys that lead to them. */
  *numbers(): Generator<{ readonly path: readonly string[]; readonly value: number }> {
    let count = 0
    for (const found of numbersIn(this.document, [])) {
      count += 1
      if (count > MAX_NUMBERS)
        throw new DataError("no-value", `there are more than ${MAX_NUMBERS} numbers in the payload`)
      yield found
    }
  }
}

function* numbersIn(
  value: unknown,
  path: readonly string[],
): Generator<{ readonly path: readonly string[]; readonly value: number }> {
  if (typeof value === "number" || typeof value === "boolean") yield { path, value: Number(value) }
  if (typeof value !== "object" || value === null || path.length >= MAX_DEPTH) return
  for (const [key, inside] of Object.entries(value)) yield* numbersIn(inside, [...path, key])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError("no-json", `${JSON.stringify(text.slice(0, 80))} is no JSON`, { cause })
  }
}
