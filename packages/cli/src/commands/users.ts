import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addUsersAdd } from "./users/add.js"
import { addUsersBlock, addUsersUnblock } from "./users/block.js"
import { addUsersList } from "./users/list.js"
import { addUsersPassword } from "./users/password.js"
import { addUsersRemove } from "./users/remove.js"
import { addUsersRole } from "./users/role.js"

const HELP = `
A viewer reads everything but secrets. An operator also changes configurations,
metadata and findings. An administrator also deletes, and rules over users,
tokens and retention.

Without users the page is open to everybody on this machine, and to nobody else.
With the first one, who has to be an administrator, everybody logs in.`

/** Adds `metricq users` and its subcommands: who can log in to the page. */
export function addUsers(program: Command): void {
  const users = program.command("users").description("say who can log in to the web page, and what they may do")

  const all = [addUsersList, addUsersAdd, addUsersPassword, addUsersRole]
  for (const add of [...all, addUsersBlock, addUsersUnblock, addUsersRemove]) add(users)
  users.addHelpText("after", HELP)
  withExamples(users, [
    ["metricq users add ann --role administrator", "asks for a password"],
    ["metricq users list", ""],
    ["metricq users role ann operator", ""],
  ])
}
