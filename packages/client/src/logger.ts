/** Extra facts of a log line, by name. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where a library's log lines go. Its methods must not throw. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogLevel = "debug" | "info" | "warn" | "error"

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"]

/** A logger that drops everything. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A logger that writes lines of `level` and above to standard error: time, level, message, `name=value` for each field. */
export function consoleLogger(level: LogLevel = "warn"): Logger {
  const from = levels.indexOf(level)
  const at = (own: LogLevel) =>
    levels.indexOf(own) < from
      ? () => {}
      : (message: string, fields?: LogFields) => {
          process.stderr.write(`${new Date().toISOString()} ${own.padEnd(5)} ${lineOf(message)}${fieldsText(fields)}\n`)
        }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
}

/** Names within a message come from others: they make no lines of their own, and no colours. */
function lineOf(message: string): string {
  return message.replace(/[\p{Cc}\u2028\u2029]/gu, (sign) =>
    JSON.stringify(sign)
      .slice(1, -1)
      .replace(/^[^\\]$/, "\ufffd"),
  )
}

function fieldsText(fields: LogFields | undefined): string {
  if (fields === undefined) return ""
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${fieldText(value)}`)
    .join("")
}

function fieldText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(messageOf(value))
  if (typeof value === "string") return /^[\w.:/@*#-]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === "bigint") return value.toString()
  return JSON.stringify(value) ?? String(value)
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
