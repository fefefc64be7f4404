import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"

const END_TIMEOUT_MS = 10_000

/**
 * Processes that must not outlive this one: servers that run for a test, each with what it starts itself.
 *
 * None of them keeps this process alive. A guard, a shell of its own, waits for this process's end, however it comes, and then
 * kills the processes and removes their folder.
 */
export class GuardedProcesses {
  readonly #folder: string
  readonly #children: ChildProcess[] = []
  #guard: ChildProcess | undefined

  /** @param folder what the guard removes; while this process lives, that is up to the caller */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Starts a process in a group of its own. Its output can be listened to; a failure to start shows as its "error" event. */
  spawn(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true })
    child.on("error", () => {}) // for those who do not listen; `exitCode` and the missing output tell them
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.resume()
      unrefPipe(pipe)
    }
    child.unref()
    this.#children.push(child)
    this.#renewGuard()
    return child
  }

  /** Kills the processes with all they have started, and waits for their end. */
  async kill(): Promise<void> {
    killGroup(this.#guard)
    await Promise.all(this.#children.map(endGroup))
  }

  #renewGuard(): void {
    const old = this.#guard
    const groups = this.#children.flatMap(({ pid }) => (pid === undefined ? [] : [`-${pid}`])).join(" ")
    const script = `cat >/dev/null; kill -s KILL -- ${groups} 2>/dev/null; sleep 1; rm -rf -- "$1"`
    const guard = spawn("/bin/sh", ["-c", script, "sh", this.#folder], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    })
    guard.on("error", () => {}) // without a shell there is no guard; the processes run all the same
    guard.stdin.on("error", () => {})
    unrefPipe(guard.stdin)
    guard.unref()
    this.#guard = guard
    killGroup(old)
  }
}

/** The end of the output is that of the last process of the group: the first may only be the shell that started the others. */
async function endGroup(child: ChildProcess): Promise<void> {
  const ended = child.stdout?.closed || child.pid === undefined
  const close = ended ? undefined : once(child, "close", { signal: AbortSignal.timeout(END_TIMEOUT_MS) })
  // The wait below must not end with the event loop.
  child.ref()
  for (const pipe of [child.stdout, child.stderr]) refPipe(pipe)
  killGroup(child)
  await close
}

function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // the group is gone already
  }
}

/** Child pipes are sockets: let none of them keep this process alive. */
function unrefPipe(pipe: unknown): void {
  const { unref } = pipe as { unref?: () => void }
  unref?.call(pipe)
}

function refPipe(pipe: unknown): void {
  const { ref } = (pipe ?? {}) as { ref?: () => void }
  ref?.call(pipe)
}
