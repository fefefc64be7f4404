import { accessSync, constants, existsSync } from "node:fs"
import { delimiter, join } from "node:path"

/** Why the RabbitMQ half of the tests is left out on a machine that has none. */
export const rabbitmqMissing = "rabbitmq-server is not installed"

// The script itself, not the wrapper of /usr/sbin: that one insists on the user rabbitmq.
const serverPlaces = [
  "/usr/lib/rabbitmq/bin/rabbitmq-server",
  "/opt/homebrew/sbin/rabbitmq-server",
  "/usr/local/sbin/rabbitmq-server",
]

const epmdPlaces = ["/usr/lib/erlang/bin/epmd", "/usr/lib64/erlang/bin/epmd", "/opt/homebrew/bin/epmd"]

/** Where RabbitMQ and Erlang's port mapper lie on this machine. */
export interface RabbitmqInstallation {
  server: string
  epmd: string
}

/** Finds RabbitMQ on this machine, as Debian, Fedora and Homebrew install it; undefined where it is not. */
export function findRabbitmq(): RabbitmqInstallation | undefined {
  const server = serverPlaces.find(isExecutable)
  const epmd = [...pathFolders().map((folder) => join(folder, "epmd")), ...epmdPlaces].find(isExecutable)
  return server !== undefined && epmd !== undefined ? { server, epmd } : undefined
}

function pathFolders(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "")
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
