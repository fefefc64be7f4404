import { readFileSync } from "node:fs"
import { MetricqError } from "@metricq/client"

/** What configurations may run on this machine, as its operator has written it down in a file that no configuration can change. */
export interface Permissions {
  /** Commands, word for word; a `*` at the end allows any end. */
  readonly commands: readonly string[]
  /** Absolute paths of modules, by the name that configurations use. */
  readonly plugins: Readonly<Record<string, string>>
}

let file: string | undefined = process.env.METRICQ_ALLOW_FILE

/** Sets the file of permissions for all agents of this process; `metricq agent --allow` does. */
export function setPermissionsFile(path: string): void {
  file = path
}

/**
 * The permissions of this machine, read anew each time; without a file nothing is allowed.
 *
 * @throws {MetricqError} `permissions` if the file cannot be read or is wrong
 */
export function readPermissions(path: string | undefined = file): Permissions {
  if (path === undefined) return { commands: [], plugins: {} }
  try {
    return permissionsOf(JSON.parse(readFileSync(path, "utf8")))
  } catch (cause) {
    const reason = (cause as Error).message
    throw new MetricqError("permissions", `the permissions of this machine, ${path}, cannot be used: ${reason}`, {
      cause,
    })
  }
}

/**
 * Checks that a command may be run here.
 *
 * @throws {MetricqError} `not-allowed`, with what the operator would have to do
 */
export function checkCommand(command: string, { commands }: Permissions = readPermissions()): void {
  const isAllowed = commands.some((allowed) =>
    allowed.endsWith("*") ? command.startsWith(allowed.slice(0, -1)) : command === allowed,
  )
  if (isAllowed) return
  const remedy = 'add it to "commands" in the file that the agent is given with --allow'
  throw new MetricqError("not-allowed", `${JSON.stringify(command)} may not be run on this machine: ${remedy}`)
}

function permissionsOf(document: unknown): Permissions {
  if (typeof document !== "object" || document === null) throw new TypeError("expected an object")
  const { commands = [], plugins = {}, ...others } = document as Record<string, unknown>
  const [other] = Object.keys(others)
  if (other !== undefined) throw new TypeError(`expected "commands" and "plugins", got ${JSON.stringify(other)}`)
  const isText = (value: unknown) => typeof value === "string"
  if (!Array.isArray(commands) || !commands.every(isText)) throw new TypeError('expected a list of texts in "commands"')
  if (typeof plugins !== "object" || plugins === null || !Object.values(plugins).every(isText))
    throw new TypeError('expected paths by name in "plugins"')
  return { commands, plugins: plugins as Record<string, string> }
}
