import type { Command } from "commander"
import { withExamples } from "../../options/common.js"
import { type UsersOptions, withUsersFolder } from "../../options/users-folder.js"

/** Adds `metricq users remove`. */
export function addUsersRemove(users: Command): void {
  const command = users
    .command("remove")
    .description("remove a user; the user's sessions and tokens end")
    .argument("<name>", "the user")
    .action(async (name: string, options: UsersOptions) =>
      (await import("../../actions/users.js")).removeUser(name, options),
    )
  withUsersFolder(command)
  withExamples(command, [["metricq users remove vera", ""]])
}
