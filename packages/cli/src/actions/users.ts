import { join } from "node:path"
import { Accounts, type Role, WebError } from "@metricq/web"
import { CommandError, UsageError } from "../errors.js"
import type { UsersOptions } from "../options/users-folder.js"
import { printJson, printLines, printTable } from "../terminal/output.js"
import { askNewPassword, passwordFromInput } from "../terminal/password.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq users list`. */
export interface ListUsersOptions extends UsersOptions {
  readonly json?: boolean
}

/** Options of `metricq users password`. */
export interface PasswordOptions extends UsersOptions {
  readonly passwordStdin?: boolean
}

/** Options of `metricq users add`. */
export interface AddUserOptions extends PasswordOptions {
  readonly role: Role
}

/** Print all users, without their passwords. */
export async function listUsers(options: ListUsersOptions): Promise<void> {
  const users = await told(() => accountsOf(options).list())
  if (options.json) {
    return printJson(
      users.map(({ name, role, created, lastLogin = null, provider, blocked }) => {
        const issuer = provider?.issuer ?? null
        return { name, role, created, lastLogin, provider: issuer, blocked: blocked !== undefined }
      }),
    )
  }
  printTable(
    [
      ...[{ title: "name" }, { title: "role" }, { title: "created" }, { title: "last login" }],
      ...(users.some((user) => user.blocked) ? [{ title: "" }] : []),
    ],
    users.map(({ name, role, created, lastLogin, blocked }) => [
      ...[name, role, created, lastLogin ?? "never"],
      ...(users.some((user) => user.blocked) ? [blocked ? "blocked" : ""] : []),
    ]),
  )
}

/** Add a user. */
export async function addUser(name: string, options: AddUserOptions): Promise<void> {
  const accounts = accountsOf(options)
  await told(async () => {
    // Before anybody types a password for nothing.
    await accounts.checkNew(name, options.role)
    await accounts.add({ name, role: options.role, password: await newPassword(name, options) })
  })
  printLines([`${printable(name)} can log in now, as ${options.role}`])
}

/** Give a user another password. */
export async function changePassword(name: string, options: PasswordOptions): Promise<void> {
  const accounts = accountsOf(options)
  await told(async () => {
    await accounts.get(name)
    await accounts.setPassword(name, await newPassword(name, options))
  })
  printLines([`${printable(name)} has a new password`])
}

/** Give a user another role. */
export async function changeRole(name: string, role: Role, options: UsersOptions): Promise<void> {
  await told(() => accountsOf(options).setRole(name, role))
  printLines([`${printable(name)} is ${role} now`])
}

/** Shut a user out, or let one in again. */
export async function setBlocked(name: string, isBlocked: boolean, options: UsersOptions): Promise<void> {
  await told(() => accountsOf(options).setBlocked(name, isBlocked, "metricq users"))
  printLines([
    `${printable(name)} ${isBlocked ? "cannot log in any more, and tokens are refused" : "can log in again"}`,
  ])
}

/** Remove a user. */
export async function removeUser(name: string, options: UsersOptions): Promise<void> {
  await told(() => accountsOf(options).remove(name))
  printLines([`${printable(name)} cannot log in any more`])
}

function accountsOf({ data }: UsersOptions): Accounts {
  return new Accounts(join(data, "web"))
}

async function newPassword(name: string, { passwordStdin }: PasswordOptions): Promise<string> {
  const password = passwordStdin ? await passwordFromInput() : await askNewPassword(`Password of ${printable(name)}`)
  if (password === undefined) throw new UsageError("nobody to ask for a password: give it with --password-stdin")
  return password
}

/** What is wrong, with what to do about it. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof WebError)) throw error
    throw new CommandError(error.code, [error.message, error.remedy].filter((text) => text !== "").join("; "))
  }
}
