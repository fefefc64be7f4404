import { spawn } from "node:child_process"
import { MetricqError } from "@metricq/client"

export interface SubprocessOptions {
  /** Ends the process, and all it has started, when it aborts. */
  readonly signal: AbortSignal
  /** Written to its standard input, which is closed then. */
  readonly input?: string
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

/**
 * Runs a program, without a shell, in a process group of its own, and waits for its end. Whatever its exit code is, that is the
 * result.
 *
 * @throws {MetricqError} `program` if it cannot be started or writes too much; the signal's reason after an abort
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { signal, input, env, maxBytes = 16 * 1024 * 1024 }: SubprocessOptions,
): Promise<SubprocessResult> {
  signal.throwIfAborted()
  const child = spawn(command, args, { detached: true, stdio: "pipe", ...(env && { env: { ...process.env, ...env } }) })
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
  child.stdin.on("error", () => undefined).end(input)
  try {
    const code = await ended
    signal.throwIfAborted()
    if (isTooMuch) throw new MetricqError("program", `${command} has written more than ${maxBytes} bytes`)
    return { stdout: stdout(), stderr: stderr(), code }
  } finally {
    signal.removeEventListener("abort", kill)
  }
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
