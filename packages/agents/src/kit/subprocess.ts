import { type ChildProcessByStdio, spawn } from "node:child_process"
import type { Readable, Writable } from "node:stream"
import { StringDecoder } from "node:string_decoder"
import { MetricqError } from "@metricq/client"

export interface SubprocessOptions {
  /** Ends the process, and all it has started, when it aborts. */
  readonly signal: AbortSignal
  /** Written to its standard input, which is closed then. */
  readonly input?: string
  /** An open file that is its standard input, instead of `input`. */
  readonly stdin?: number
  /** Takes what it writes to its standard output, as it comes. */
  readonly onStdout?: (text: string) => void
  readonly env?: Readonly<Record<string, string>>
  /** Bytes of each of its outputs that are kept; with more it is ended. Default 16 MiB. */
  readonly maxBytes?: number
}

export interface SubprocessResult {
  readonly stdout: string
  readonly stderr: string
  /** Exit code; `null` if a signal ended it. */
  readonly code: number | null
}

const KILL_AFTER_MS = 500

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>

/**
 * Runs a program, without a shell, in a process group of its own, and waits for its end. Whatever its exit code is, that is the
 * result.
 *
 * @throws {MetricqError} `program` if it cannot be started or writes too much; the signal's reason after an abort
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { signal, input, stdin, onStdout, env, maxBytes = 16 * 1024 * 1024 }: SubprocessOptions,
): Promise<SubprocessResult> {
  signal.throwIfAborted()
  const options = { detached: true, ...(env && { env: { ...process.env, ...env } }) }
  const child = spawn(command, args, { ...options, stdio: [stdin ?? "pipe", "pipe", "pipe"] }) as Child
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new MetricqError("program", `${command} cannot be run: ${cause.message}`, { cause })),
    )
    child.once("close", resolve)
  })
  const kill = () => endGroup(child.pid)
  signal.addEventListener("abort", kill, { once: true })
  let isTooMuch = false
  const tooMuch = () => {
    isTooMuch = true
    kill()
  }
  const stdout = collect(child.stdout, maxBytes, tooMuch)
  const stderr = collect(child.stderr, maxBytes, tooMuch)
  if (onStdout !== undefined) passOn(child.stdout, onStdout)
  child.stdin?.on("error", () => undefined).end(input)
  try {
    const code = await ended
    signal.throwIfAborted()
    if (isTooMuch) throw new MetricqError("program", `${command} has written more than ${maxBytes} bytes`)
    return { stdout: stdout(), stderr: stderr(), code }
  } finally {
    signal.removeEventListener("abort", kill)
  }
}

function passOn(stream: NodeJS.ReadableStream, take: (text: string) => void): void {
  const decoder = new StringDecoder("utf8")
  stream.on("data", (chunk: Buffer) => take(decoder.write(chunk)))
}

function collect(stream: NodeJS.ReadableStream, maxBytes: number, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) onTooMuch()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString("utf8")
}

/** First politely, then for good. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  killGroup(pid, "SIGTERM")
  setTimeout(() => killGroup(pid, "SIGKILL"), KILL_AFTER_MS).unref()
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended.
  }
}
