import { parseByteField, readByteField } from "./byte-field.js"
import type { IpmiSensorConfig } from "./config.js"
import { type Answer, type Query, scaled } from "./query.js"
import type { ToolArguments } from "./tool-parameters.js"

/** `ipmi-raw` wants the logical unit first, where `ipmitool raw` always takes this one. */
const LUN = "0x00"
const HEX_BYTE = /^[0-9a-f]{2}$/i

/** One raw command and the metrics that are read from its answer, by `ipmi-raw`. */
export class RawQuery implements Query {
  readonly command: string
  readonly parameters: readonly string[]
  readonly firstParameters = []
  readonly tail: readonly string[]
  readonly restricted: readonly string[]
  readonly fewestLines = 1
  readonly #metrics: Readonly<Record<string, IpmiSensorConfig>>

  /** `metrics`: those with this command, by the last parts of their names. A raw command can do anything, so each must be allowed. */
  constructor(
    command: string,
    { common, restricted }: ToolArguments,
    raw: string,
    metrics: Readonly<Record<string, IpmiSensorConfig>>,
  ) {
    const bytes = raw.trim().split(/\s+/)
    this.command = command
    this.parameters = common
    this.tail = [LUN, ...bytes]
    this.restricted = [...restricted, `ipmi-raw ${bytes.join(" ")}`]
    this.#metrics = metrics
  }

  read(lines: readonly string[]): Answer {
    const answer = answerOf(lines)
    if (typeof answer === "string") return { values: new Map(), missing: answer, recordIds: "" }
    const values = new Map<string, number>()
    for (const [suffix, settings] of Object.entries(this.#metrics)) {
      const field = parseByteField(settings.bytes ?? "")
      values.set(suffix, scaled(field === undefined ? Number.NaN : readByteField(field, answer), settings))
    }
    return { values, missing: undefined, recordIds: "" }
  }
}

/** The data bytes of `rcvd: COMMAND CODE DATA…`, or what is wrong. */
function answerOf(lines: readonly string[]): Uint8Array | string {
  const words = lines
    .join(" ")
    .split(/\s+/)
    .filter((word) => word !== "")
  const [label, ...bytes] = words
  if (label !== "rcvd:" || bytes.length < 2 || !bytes.every((byte) => HEX_BYTE.test(byte)))
    return "it has not answered the command"
  const [, code = 0, ...data] = bytes.map((byte) => Number.parseInt(byte, 16))
  return code === 0 ? Uint8Array.from(data) : `it refuses the command with code 0x${code.toString(16).padStart(2, "0")}`
}
