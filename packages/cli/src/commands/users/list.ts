import type { Command } from "commander"
import type { ListUsersOptions } from "../../actions/users.js"
import { withExamples } from "../../options/common.js"
import { withUsersFolder } from "../../options/users-folder.js"

/** Adds `metricq users list`. */
export function addUsersList(users: Command): void {
  const command = users
    .command("list")
    .description("list all users")
    .option("--json", "a list of objects with name, role, created, lastLogin, provider and blocked")
    .action(async (options: ListUsersOptions) => (await import("../../actions/users.js")).listUsers(options))
  withUsersFolder(command)
  withExamples(command, [["metricq users list", "name, role, when made, and last login of each"]])
}
