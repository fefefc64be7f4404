/** What a process ends with; `docs/reference/command-line.md` promises these numbers to scripts. */
export const exitCodes = { ok: 0, error: 1, usage: 2, interrupted: 130, terminated: 143 } as const

/**
 * Base of the command's own errors. They never leave it, so they need not be `MetricqError`s: loading the protocol for that would
 * add a third to the time that `metricq --help` takes.
 */
class CliError extends Error {
  /** Stable kebab-case name of what went wrong. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** The command line itself is wrong: an option, an argument, a settings file. Exit code 2. */
export class UsageError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super("usage", message, options)
  }
}

/** The command was understood and could not be carried out. Exit code 1. */
export class CommandError extends CliError {}

/** A signal ended the command before it was done. Exit code 128 + the signal's number. */
export class Interrupted extends CliError {
  /** The signal that arrived first. */
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super("interrupted", `interrupted by ${signal}`)
    this.signal = signal
  }
}

/** The command has said all there is to say, and ends with this exit code. */
export class ExitWith extends CliError {
  readonly exitCode: number

  constructor(exitCode: number) {
    super("exit", `exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** The exit code an error that reached the top of a command stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ExitWith) return error.exitCode
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof Interrupted) return error.signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated
  return exitCodes.error
}

/** Errors whose message says everything that their cause does. */
const COMPLETE = new Set(["ConfigError", "ConnectFailed", "ReconnectTimeout", "UsageError"])

/**
 * The message of anything that was thrown, as one line, followed by those of its causes that say something new.
 *
 * Line breaks become blanks; at most four causes are followed. A refusal of the manager is in the manager's own words.
 */
export function oneLine(error: unknown): string {
  const parts: string[] = []
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 5; depth += 1) {
    const text = messageOf(at)
    if (text !== "" && !parts.some((part) => part.includes(text))) parts.push(text)
    at = at instanceof Error && !COMPLETE.has(at.name) ? at.cause : undefined
  }
  return parts.join(": ")
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") {
    return thrown.errors.map((each) => messageOf(each)).join("; ")
  }
  const text = refusalOf(thrown) ?? (thrown instanceof Error ? thrown.message || thrown.name : String(thrown))
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim()
}

/** The text of an `RPCError`, by its shape: its class would load the whole client library. */
function refusalOf(thrown: unknown): string | undefined {
  const { answer } = thrown instanceof Error ? (thrown as { answer?: { error?: unknown } }) : {}
  return typeof answer?.error === "string" ? answer.error : undefined
}
