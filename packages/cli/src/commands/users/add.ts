import { type Command, Option } from "commander"
import type { AddUserOptions } from "../../actions/users.js"
import { withExamples } from "../../options/common.js"
import { withPasswordOption, withUsersFolder } from "../../options/users-folder.js"
import { roleNames } from "./role-names.js"

/** Adds `metricq users add`. */
export function addUsersAdd(users: Command): void {
  const command = users
    .command("add")
    .description("add a user, and ask for their password")
    .argument("<name>", "what the user logs in as")
    .addOption(new Option("--role <role>", "what the user may do").choices(roleNames).default("viewer"))
    .action(async (name: string, options: AddUserOptions) =>
      (await import("../../actions/users.js")).addUser(name, options),
    )
  withUsersFolder(withPasswordOption(command))
  withExamples(command, [
    ["metricq users add ann --role administrator", ""],
    ["pass show lab/vera | metricq users add vera --password-stdin", ""],
  ])
}
