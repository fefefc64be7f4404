import type { Command } from "commander"
import { withExamples } from "../../options/common.js"
import { type UsersOptions, withUsersFolder } from "../../options/users-folder.js"

/** Adds `metricq users block`. */
export function addUsersBlock(users: Command): void {
  const command = users
    .command("block")
    .description("shut a user out: sessions end, tokens are refused; for those who come through a provider, too")
    .argument("<name>", "the user")
    .action(async (name: string, options: UsersOptions) =>
      (await import("../../actions/users.js")).setBlocked(name, true, options),
    )
  withUsersFolder(command)
  withExamples(command, [["metricq users block vera", ""]])
}

/** Adds `metricq users unblock`. */
export function addUsersUnblock(users: Command): void {
  const command = users
    .command("unblock")
    .description("let a user in again who was blocked")
    .argument("<name>", "the user")
    .action(async (name: string, options: UsersOptions) =>
      (await import("../../actions/users.js")).setBlocked(name, false, options),
    )
  withUsersFolder(command)
  withExamples(command, [["metricq users unblock vera", ""]])
}
