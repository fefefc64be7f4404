import { Argument, type Command } from "commander"
import { withExamples } from "../../options/common.js"
import { type UsersOptions, withUsersFolder } from "../../options/users-folder.js"
import { roleNames } from "./role-names.js"

/** Adds `metricq users role`. */
export function addUsersRole(users: Command): void {
  const command = users
    .command("role")
    .description("give a user another role, from the next request on")
    .argument("<name>", "the user")
    .addArgument(new Argument("<role>", "what the user may do").choices(roleNames))
    .action(async (name: string, role: (typeof roleNames)[number], options: UsersOptions) =>
      (await import("../../actions/users.js")).changeRole(name, role, options),
    )
  withUsersFolder(command)
  withExamples(command, [["metricq users role vera operator", ""]])
}
