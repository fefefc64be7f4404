import { homedir } from "node:os"
import { CommanderError } from "commander"
import { complete } from "./completion.js"
import { ExitWith, exitCodeOf, exitCodes, Interrupted, oneLine } from "./errors.js"
import { createProgram, VersionRequested } from "./program.js"
import { loadDotenv } from "./settings/dotenv.js"
import { note } from "./terminal/output.js"
import { printable } from "./terminal/text.js"

process.exitCode = await main(process.argv)
// Whatever a finished command has left open must not keep the process.
setTimeout(() => process.exit(), 200).unref()

/** Run the command line `argv` and tell the exit code. Never throws. */
async function main(argv: readonly string[]): Promise<number> {
  endQuietlyWithReader()
  try {
    loadDotenv(process.env, process.cwd(), homedir())
    const program = createProgram()
    if (argv[2] === "completion" && argv[3] === "--words") return printWords(complete(program, argv.slice(4)))
    await program.parseAsync([...argv])
    return exitCodes.ok
  } catch (error) {
    if (error instanceof VersionRequested) return printVersions()
    return report(error, argv)
  }
}

/** For the completion scripts: before any parsing, since the words are those of a command that is not finished. */
function printWords(words: readonly string[]): number {
  process.stdout.write(words.map((word) => `${word}\n`).join(""))
  return exitCodes.ok
}

async function printVersions(): Promise<number> {
  const { versionLines } = await import("./versions.js")
  process.stdout.write(
    versionLines()
      .map((line) => `${line}\n`)
      .join(""),
  )
  return exitCodes.ok
}

function report(error: unknown, argv: readonly string[]): number {
  // Commander has written its own message: the help that was asked for, or what is wrong with the arguments.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (!(error instanceof Interrupted || error instanceof ExitWith)) {
    note(oneLine(error))
    if (wantsStack(argv) && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`)
  }
  return exitCodeOf(error)
}

/** The message of an error can come from the network. */
function stackOf({ stack = "" }: Error): string {
  return stack.split("\n").map(printable).join("\n")
}

/** `-vv` asks for stacks; it is looked for in the words themselves, since they may be what is wrong. */
function wantsStack(argv: readonly string[]): boolean {
  const flags = argv.filter((word) => /^(-v+|--verbose)$/.test(word))
  return flags.reduce((count, flag) => count + (flag === "--verbose" ? 1 : flag.length - 1), 0) >= 2
}

/** `metricq metrics | head` is no error: when the reader has gone, so does the command. */
function endQuietlyWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok)
    throw error
  })
}
