import { DataError, Timestamp } from "@metricq/client"
import { jsonpath } from "json-p3"
import { z } from "zod"
import { textValueKeys } from "../kit/values/text-value.js"

const NS = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const

/** Where in a payload the time stands. */
export const timestampConfig = z
  .looseObject({
    json: textValueKeys.json.describe("JSONPath of the time in a JSON payload"),
    regex: textValueKeys.regex.describe("the time is its first group, or the whole match"),
    format: z
      .enum(["auto", "iso", "s", "ms", "us", "ns"])
      .default("auto")
      .describe("auto: ISO 8601, or a number whose size tells its unit"),
  })
  .refine(({ json, regex }) => json !== undefined || regex !== undefined, {
    error: 'where the time stands: "json" or "regex"',
  })

export type TimestampConfig = z.infer<typeof timestampConfig>

/** No clock that is set shows an earlier time. */
const EARLIEST_NS = BigInt(Date.UTC(2000, 0)) * 1_000_000n
const MAX_AHEAD_NS = 86_400n * 1_000_000_000n

/** Reads the time of a message from its payload. */
export class MessageTime {
  readonly #path: ReturnType<typeof jsonpath.compile> | undefined
  readonly #regex: RegExp | undefined
  readonly #format: TimestampConfig["format"]

  constructor({ json, regex, format }: TimestampConfig) {
    this.#path = json === undefined ? undefined : jsonpath.compile(json)
    this.#regex = regex === undefined ? undefined : new RegExp(regex, "m")
    this.#format = format
  }

  /**
   * The time; `document` gives the payload as JSON.
   *
   * @throws {DataError} `no-time` if there is none, or it is before 2000 or more than a day ahead: then a clock is wrong
   */
  read(text: string, document: () => unknown): Timestamp {
    const found = this.#path === undefined ? text : [...this.#path.query(document() as never).values()][0]
    const match = this.#regex === undefined ? undefined : this.#regex.exec(String(found))
    const part = match === undefined ? found : match === null ? undefined : (match[1] ?? match[0])
    return plausible(timeOf(part, this.#format))
  }
}

/** A time as devices write it; ISO 8601 without a zone is UTC. Throws {DataError} `no-time`. */
export function timeOf(value: unknown, format: TimestampConfig["format"]): Timestamp {
  const text = typeof value === "string" ? value.trim() : value
  try {
    if (typeof text === "number") return fromNumber(String(text), format)
    if (typeof text === "string" && text !== "") {
      if (format !== "iso" && /^\d+(?:\.\d+)?$/.test(text)) return fromNumber(text, format)
      if (format === "iso" || format === "auto") return Timestamp.fromIso(withZone(text))
    }
  } catch (cause) {
    throw new DataError("no-time", `${shown(value)} is no time`, { cause })
  }
  throw new DataError("no-time", `${shown(value)} is no time`)
}

/** Numbers of today's size: ten digits are seconds, thirteen ms, sixteen µs, nineteen ns. */
function fromNumber(text: string, format: TimestampConfig["format"]): Timestamp {
  const unit = format === "auto" || format === "iso" ? unitOf(Number(text)) : format
  const [whole = "", fraction = ""] = text.split(".")
  const scale = 10n ** BigInt(fraction.length)
  return Timestamp.fromNs((BigInt(whole + fraction) * NS[unit]) / scale)
}

function unitOf(number: number): keyof typeof NS {
  if (number < 1e11) return "s"
  if (number < 1e14) return "ms"
  return number < 1e17 ? "us" : "ns"
}

function withZone(text: string): string {
  const iso = text.replace(" ", "T")
  return /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(iso.slice(10)) ? iso : `${iso}Z`
}

function plausible(time: Timestamp): Timestamp {
  const ahead = time.posixNs - BigInt(Date.now()) * 1_000_000n
  if (time.posixNs >= EARLIEST_NS && ahead <= MAX_AHEAD_NS) return time
  throw new DataError("no-time", `${time.toIso()} cannot be: the clock of the device is wrong`)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80)
}
