import { join } from "node:path"
import { roles } from "@metricq/web"
import { expect, test } from "vitest"
import { roleNames } from "./commands/users/role-names.js"
import { Home } from "./testing/command-process.js"

const password = "correct horse battery"

test("the roles of the command are those of the page", () => {
  expect(roleNames).toEqual(roles)
})

test("users are added, listed, changed and removed, and what is wrong is told with a remedy", async (t) => {
  const home = new Home(t)
  const users = (args: string[], input = "") => home.run(["users", ...args, "--data", "data"], { input })
  expect(await users(["list"])).toMatchObject({ code: 0, stdout: "" })
  const unasked = await users(["add", "ann", "--role", "administrator"])
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--password-stdin") })
  const first = await users(["add", "vera", "--password-stdin"], password)
  expect(first).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^metricq: the first user has to be an administrator/),
  })
  const added = await users(["add", "ann", "--role", "administrator", "--password-stdin"], `${password}\n`)
  expect(added).toMatchObject({ code: 0, stdout: "ann can log in now, as administrator\n", stderr: "" })
  await users(["add", "vera", "--password-stdin"], password)
  expect((await users(["list"])).stdout).toMatch(
    /^name +role +created.*\nann +administrator.*never\nvera +viewer.*never\n$/,
  )
  expect(JSON.parse((await users(["list", "--json"])).stdout)[1]).toEqual({
    ...{ name: "vera", role: "viewer", created: expect.any(String), lastLogin: null },
    ...{ provider: null, blocked: false },
  })
  expect(await users(["block", "vera"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("vera cannot log in"),
  })
  expect((await users(["list"])).stdout).toMatch(/\nvera +viewer.* blocked\n$/)
  expect(await users(["block", "ann"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("last administrator"),
  })
  expect(await users(["unblock", "vera"])).toMatchObject({ code: 0, stdout: "vera can log in again\n" })
  expect(await users(["role", "vera", "operator"])).toMatchObject({ code: 0, stdout: "vera is operator now\n" })
  expect(await users(["role", "vera", "king"])).toMatchObject({ code: 2 })
  expect(await users(["password", "bob", "--password-stdin"], password)).toMatchObject({
    ...{ code: 1, stderr: 'metricq: there is no user "bob"; those that there are: ann, vera\n' },
  })
  expect(await users(["remove", "ann"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("last administrator"),
  })
  expect(await users(["remove", "vera"])).toMatchObject({ code: 0 })
})

test("a page for others wants an administrator first, and a running one notices who comes and goes", async (t) => {
  const home = new Home(t)
  const data = join(home.folder, "data")
  const args = ["--no-demo", "--no-database", "--http-host", "0.0.0.0"]
  const refused = await home.run(["up", "--data", data, "--amqp-port", "0", ...args])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toBe(
    `metricq: nobody could log in to the page at 0.0.0.0; make an administrator first: metricq users add NAME --role administrator --data ${data}\n`,
  )
  const users = (words: string[], input = "") => home.run(["users", ...words, "--data", data], { input })
  await users(["add", "ann", "--role", "administrator", "--password-stdin"], password)
  const { web } = await home.up(args)
  const page = new URL(web)
  page.hostname = "127.0.0.1"
  const login = (name: string) =>
    fetch(new URL("api/v1/login", page), {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ name, password }),
    })
  expect((await login("vera")).status).toBe(401)
  await users(["add", "vera", "--password-stdin"], password)
  await expect.poll(async () => (await login("vera")).status).toBe(200)
  const cookie = (await login("vera")).headers.get("set-cookie")?.split(";")[0] ?? ""
  const status = async () => (await fetch(new URL("api/v1/status", page), { headers: { cookie } })).status
  expect(await status()).toBe(200)
  await users(["remove", "vera"])
  await expect.poll(status).toBe(401)
  expect(JSON.parse((await users(["list", "--json"])).stdout)).toHaveLength(1)
})
