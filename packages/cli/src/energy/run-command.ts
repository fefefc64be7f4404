import { spawn } from "node:child_process"
import { constants } from "node:os"
import { Timestamp } from "@metricq/protocol"
import { CommandError } from "../errors.js"

/** How a command ran. */
export interface CommandRun {
  /** Its exit code; 128 and the number of the signal if one has ended it. */
  readonly exitCode: number
  /** When it ended. */
  readonly end: Timestamp
}

/** Signals that are meant for the command. */
const PASSED_ON = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const

/** A command cannot be started; its exit codes are those of a shell. */
export class CannotRun extends CommandError {
  readonly exitCode: number

  constructor(command: string, cause: NodeJS.ErrnoException) {
    const missing = cause.code === "ENOENT"
    super("cannot-run", `cannot run ${command}: ${missing ? "there is no such command" : cause.message}`, { cause })
    this.exitCode = missing ? 127 : 126
  }
}

/**
 * Run a command with the standard streams and the environment of this process, and tell how and when it ended.
 *
 * Meanwhile signals end the command and not this process: they are passed on, but for Ctrl-C and Ctrl-\ from a terminal, which the command
 * gets from there itself.
 *
 * @throws {CannotRun}
 */
export function runCommand([command = "", ...args]: readonly string[]): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit" })
    const release = takeSignals((signal) => child.kill(signal))
    child.once("error", (error: NodeJS.ErrnoException) => {
      release()
      reject(new CannotRun(command, error))
    })
    child.once("exit", (code, signal) => {
      const end = Timestamp.now()
      release()
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), end })
    })
  })
}

function takeSignals(passOn: (signal: NodeJS.Signals) => void): () => void {
  const hasTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  const take = (signal: NodeJS.Signals): void => {
    const fromTerminal = hasTerminal && (signal === "SIGINT" || signal === "SIGQUIT")
    if (!fromTerminal) passOn(signal)
  }
  for (const name of PASSED_ON) process.on(name, take)
  return () => {
    for (const name of PASSED_ON) process.removeListener(name, take)
  }
}
