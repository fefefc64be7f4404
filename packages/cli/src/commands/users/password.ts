import type { Command } from "commander"
import type { PasswordOptions } from "../../actions/users.js"
import { withExamples } from "../../options/common.js"
import { withPasswordOption, withUsersFolder } from "../../options/users-folder.js"

/** Adds `metricq users password`. */
export function addUsersPassword(users: Command): void {
  const command = users
    .command("password")
    .description("give a user another password; all sessions of that user end")
    .argument("<name>", "the user")
    .action(async (name: string, options: PasswordOptions) =>
      (await import("../../actions/users.js")).changePassword(name, options),
    )
  withUsersFolder(withPasswordOption(command))
  withExamples(command, [["metricq users password ann", ""]])
}
