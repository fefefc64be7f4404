import { DataError } from "@metricq/client"
import { JSONPathError, jsonpath } from "json-p3"
import { z } from "zod"

/** Keys that say where in a text a number stands, and what becomes of it. */
export const textValueKeys = {
  regex: z
    .string()
    .refine(isRegExp, { error: "a regular expression" })
    .optional()
    .describe("the number is its first group, or the whole match, at the first place where it matches"),
  json: z
    .string()
    .refine(isJsonPath, { error: 'a JSONPath (RFC 9535) such as "$.power[0].watts"' })
    .optional()
    .describe("the text is JSON; the number is the first that this JSONPath finds"),
  map: z.record(z.string(), z.number()).optional().describe('numbers for texts, such as {"on": 1, "off": 0}'),
  scale: z.number().optional().describe("the value is multiplied by it; default 1"),
  offset: z.number().optional().describe("added after that; default 0"),
}

export interface TextValueSettings {
  readonly regex?: string | undefined
  readonly json?: string | undefined
  readonly map?: Readonly<Record<string, number>> | undefined
  readonly scale?: number | undefined
  readonly offset?: number | undefined
}

/** How much of a text an error shows. */
const SHOWN = 80

/** Reads a number from texts of one form. */
export class TextValue {
  readonly #settings: TextValueSettings
  readonly #regex: RegExp | undefined
  readonly #path: ReturnType<typeof jsonpath.compile> | undefined

  constructor(settings: TextValueSettings) {
    this.#settings = settings
    this.#regex = settings.regex === undefined ? undefined : new RegExp(settings.regex, "m")
    this.#path = settings.json === undefined ? undefined : jsonpath.compile(settings.json)
  }

  /** @throws {DataError} `no-value` if there is no number, with the beginning of the text */
  read(text: string): number {
    return this.of(this.#path === undefined ? text : this.#found(parse(text)))
  }

  /** The number of a document that has been parsed already; without a JSONPath the document itself. Throws as {@link TextValue.read}. */
  readParsed(document: unknown): number {
    return this.of(this.#found(document))
  }

  /** The number that a found value stands for: a text goes through the regular expression and the map. */
  of(found: unknown): number {
    const { scale = 1, offset = 0 } = this.#settings
    return this.#number(found) * scale + offset
  }

  #found(document: unknown): unknown {
    if (this.#path === undefined) return document
    const [first] = this.#path.query(document as never).values()
    if (first === undefined) throw new DataError("no-value", `there is nothing at ${this.#settings.json}`)
    return first
  }

  #number(found: unknown): number {
    if (typeof found === "number") return found
    if (typeof found === "boolean") return Number(found)
    if (typeof found !== "string") throw noNumber(JSON.stringify(found))
    const part = this.#part(found)
    const mapped = this.#settings.map?.[part]
    if (mapped !== undefined) return mapped
    const number = part === "" ? Number.NaN : Number(part)
    if (Number.isNaN(number) && !/^nan$/i.test(part)) throw noNumber(found)
    return number
  }

  #part(text: string): string {
    if (this.#regex === undefined) return text.trim()
    const match = this.#regex.exec(text)
    if (match === null) throw new DataError("no-value", `${this.#regex} matches nowhere in ${shown(text)}`)
    return (match[1] ?? match[0]).trim()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError("no-value", `${shown(text)} is no JSON`, { cause })
  }
}

function noNumber(text: string | undefined): DataError {
  return new DataError("no-value", `${shown(text ?? "")} is no number`)
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text, "m") !== undefined
  } catch {
    return false
  }
}

function isJsonPath(text: string): boolean {
  try {
    return jsonpath.compile(text) !== undefined
  } catch (error) {
    if (error instanceof JSONPathError) return false
    throw error
  }
}
