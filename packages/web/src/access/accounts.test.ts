import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { Accounts } from "./accounts.js"

const password = "correct horse battery"

async function accounts(t: TestScope) {
  const folder = await temporaryFolder(t, "access")
  const made = new Accounts(folder)
  await made.add({ name: "Ann", role: "administrator", password })
  return { made, folder }
}

const failure = (code: string) => expect.objectContaining({ code, message: expect.any(String) })

test("what one process changes another sees, and both together lose nothing", async (t) => {
  const { made, folder } = await accounts(t)
  const other = new Accounts(folder)
  const added = Array.from({ length: 6 }, (_, i) =>
    (i % 2 === 0 ? made : other).add({ name: `user${i}`, role: "viewer", password }),
  )
  await Promise.all(added)
  await other.setRole("USER0", "operator")
  expect((await made.list({ force: true })).map(({ name }) => name).sort()).toEqual([
    ...["Ann", "user0", "user1", "user2", "user3", "user4", "user5"],
  ])
  expect(await made.find({ name: "user0" })).toMatchObject({ role: "operator" })
  expect(statSync(join(folder, "users.json")).mode & 0o777).toBe(0o600)
})

test("there is always an administrator, and each name is there once", async (t) => {
  const { made, folder } = await accounts(t)
  await expect(made.remove("ann")).rejects.toEqual(failure("last-administrator"))
  await expect(made.setRole("ann", "viewer")).rejects.toEqual(failure("last-administrator"))
  await expect(made.add({ name: "ANN", role: "viewer", password })).rejects.toEqual(failure("user-exists"))
  await expect(made.get("bob")).rejects.toEqual(failure("no-such-user"))
  const fresh = new Accounts(join(folder, "fresh"))
  await expect(fresh.add({ name: "bob", role: "operator", password })).rejects.toEqual(failure("first-administrator"))
  await expect(new Accounts(undefined).add({ name: "b", role: "administrator", password })).rejects.toEqual(
    failure("no-folder"),
  )
})

test.each(["", "a b", "a:b", "local", "../x", "x".repeat(65), "<b>"])("%j is no name", async (name) => {
  await expect(new Accounts(undefined).checkNew(name, "administrator")).rejects.toEqual(failure("user-name"))
})

test.for(["short", "aaaaaaaaaaaa", "ann-and-more", "x".repeat(1001)])("%j is no password", async (weak, t) => {
  const { made } = await accounts(t)
  await expect(made.setPassword("ann", weak)).rejects.toEqual(failure("password"))
})

test("a file that is broken or gone leaves what was known", async (t) => {
  const { made, folder } = await accounts(t)
  await made.list({ force: true })
  writeFileSync(join(folder, "users.json"), '{"users": [{}]}')
  await expect(made.list({ force: true })).rejects.toEqual(failure("state-file"))
  expect(made.known).toHaveLength(1)
  await expect(new Accounts(folder).list()).rejects.toEqual(failure("state-file"))
})
