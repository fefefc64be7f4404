import type { Command } from "commander"
import { type ConnectionOptions, withConnectionOptions } from "./common.js"

/** What every command has that looks after a running database. */
export interface RunningDatabaseOptions extends ConnectionOptions {
  /** Name of the database in the network. */
  readonly database: string
}

/** What every command has that looks after a database, running or not. */
export interface DatabaseOptions extends RunningDatabaseOptions {
  /** Folder of a database that does not run; then the network is not used. */
  readonly folder?: string
}

const RUNNING = `
A running database is asked over the network, which needs an administrator: with
a broker of this machine and no user in --server, the secret that your own
running metricq up has left is used; otherwise name an administrator:
--server amqp://user:password@host/`

const FOLDER = `
With --folder no network is needed, and the database must not be running.`

/** Adds `--database` and what a connection needs. */
export function withRunningDatabase(command: Command): Command {
  command.option("--database <token>", "name of the running database in the network", "db-timeline")
  return withConnectionOptions(command, "management-$USER-tool-db").addHelpText("after", RUNNING)
}

/** {@link withRunningDatabase}, and `--folder` for one that does not run. */
export function withDatabaseOptions(command: Command): Command {
  command.option("--folder <folder>", "instead: the folder of a database that does not run")
  return withRunningDatabase(command).addHelpText("after", FOLDER)
}
