import { checkCommand } from "../kit/permissions.js"
import { runProgram, type SubprocessResult } from "../kit/subprocess.js"
import { unnamedFile } from "../kit/unnamed-file.js"
import { type Credentials, credentialsFile } from "./credentials.js"

/** Programs that need nobody's permission. */
const known = new Set(["ipmi-sensors", "ipmi-dcmi", "ipmi-raw"])
/** Where they are, though not on every user's path. */
const FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
const MAX_BYTES = 64 * 1024 * 1024

/** The most hosts that FreeIPMI asks at the same time. */
const MAX_FANOUT = 1024

export interface ToolRun {
  readonly command: string
  /** Everything but hosts and credentials. */
  readonly parameters: readonly string[]
  readonly hosts: readonly string[]
  /** Words at the end. */
  readonly tail: readonly string[]
  readonly credentials: Credentials
  /** A configuration file of FreeIPMI's whose settings hold, too. */
  readonly configFile: string | undefined
  readonly signal: AbortSignal
  onStdout(text: string): void
}

/**
 * Runs a tool of FreeIPMI for some hosts. User and password are in a file without a name that is its standard input, so they stand on
 * no command line and on no disk afterwards.
 *
 * @throws {MetricqError} `program`, `secret`; the signal's reason
 */
export async function runTool(run: ToolRun): Promise<SubprocessResult> {
  const { command, parameters, hosts, tail, signal, onStdout } = run
  const file = await unnamedFile(await credentialsFile(run.credentials, run.configFile))
  try {
    const fanout = String(Math.min(MAX_FANOUT, hosts.length))
    const asked = ["-h", hosts.join(","), "-F", fanout, "--config-file=/dev/stdin"]
    const env = { PATH: `${process.env.PATH ?? ""}:${FOLDERS}`, LC_ALL: "C" }
    return await runProgram(command, [...parameters, ...asked, ...tail], {
      signal,
      stdin: file.fd,
      onStdout,
      env,
      maxBytes: MAX_BYTES,
    })
  } finally {
    await file.close()
  }
}

/**
 * Checks that a tool may be run here, and what it is told that a configuration alone must not decide.
 *
 * @throws {MetricqError} `not-allowed`, `permissions`
 */
export function checkTool(command: string, restricted: readonly string[]): void {
  if (!known.has(command)) checkCommand(command)
  for (const words of restricted) checkCommand(words)
}
