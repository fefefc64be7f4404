import { once } from "node:events"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test, vi } from "vitest"
import { WebSocket } from "ws"
import { WebServer } from "../index.js"
import { GuardedWeb, password } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

/** Asks with headers that `fetch` would not send. */
function raw(address: string, method: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>((resolve, reject) => {
    const asked = request(address, { method, headers }, (answer) => {
      answer.resume()
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers })
    })
    asked.on("error", reject)
    asked.end()
  })
}

const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`

describe("who may start it", () => {
  test("beyond this machine nothing starts without an administrator, and the one line says how to make one", async (t) => {
    const folder = join(await temporaryFolder(t, "data"), "web")
    const options = { url: "amqp://localhost:1/", port: 0, folder }
    for (const more of [{ host: "0.0.0.0" }, { publicUrl: "https://lab.example.org/" }]) {
      await expect(new WebServer({ ...options, ...more }).start()).rejects.toMatchObject({
        code: "no-administrator",
        message: expect.stringMatching(/metricq users add NAME --role administrator --data \S+$/),
      })
    }
    expect(readdirSync(folder)).not.toContain("lock")
  })

  test("with one it listens for all, answers under addresses, and wants a login", async (t) => {
    const { web } = await GuardedWeb.start(t, { host: "0.0.0.0" })
    const port = new URL(web.server.address).port
    const address = `http://127.0.0.1:${port}/api/v1/me`
    expect((await raw(address, "GET", { host: `192.0.2.1:${port}` })).status).toBe(200)
    expect((await raw(address, "GET", { host: "evil.example.org" })).status).toBe(403)
    expect((await raw(`http://127.0.0.1:${port}/api/v1/status`, "GET", {})).status).toBe(401)
  })

  test("one folder is for one server", async (t) => {
    const { web, folder } = await GuardedWeb.start(t)
    await expect(new WebServer({ url: web.net.admin.url, port: 0, folder }).start()).rejects.toMatchObject({
      ...{ code: "folder", message: expect.stringContaining("is in use by this process already") },
    })
  })

  test("on this machine without users everybody is administrator, until there is one", async (t) => {
    const folder = await temporaryFolder(t, "web")
    const web = await WebUnderTest.start(t, undefined, { folder })
    expect(await web.get("api/v1/me")).toMatchObject({
      ...{ body: { name: "local", role: "administrator", via: "loopback", accounts: false } },
    })
    const token = await web.send("POST", "api/v1/tokens", { name: "a", scope: "data" })
    expect(token).toMatchObject({ status: 409, body: { error: { code: "no-account" } } })
    expect((await web.send("POST", "api/v1/users", { name: "ann", role: "viewer", password })).status).toBe(409)
    expect((await web.send("POST", "api/v1/users", { name: "ann", role: "administrator", password })).status).toBe(201)
    expect(await web.get("api/v1/users")).toMatchObject({ status: 401, body: { error: { code: "login-needed" } } })
    expect(await web.get("api/v1/me")).toMatchObject({ body: { role: null, accounts: true } })
    rmSync(join(folder, "users.json"))
    expect((await web.get("api/v1/users")).status).toBe(401)
  })
})

describe("sessions", () => {
  test("begin with the right password, out of reach for scripts, and end with a logout", async (t) => {
    const guarded = await GuardedWeb.start(t, { prefix: "lab" })
    const answer = await guarded.post("api/v1/login", { name: "VERA", password })
    expect(await answer.json()).toEqual({ name: "vera", role: "viewer" })
    const cookie = answer.headers.get("set-cookie") ?? ""
    expect(cookie).toMatch(/^metricq-session-\d+=[\w-]{43}; Path=\/lab\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
    const vera = guarded.as({ cookie: cookie.split(";")[0] as string })
    expect(await vera("GET", "api/v1/me")).toMatchObject({
      body: { name: "vera", role: "viewer", via: "session", sessions: 1 },
    })
    expect((await vera("GET", "api/v1/status")).status).toBe(200)
    expect(await vera("PUT", "api/v1/configs/source-a", { config: {}, revision: null })).toMatchObject({
      ...{ status: 403, body: { error: { code: "role", message: expect.stringContaining("vera is a viewer") } } },
    })
    const { headers, body } = await vera("POST", "api/v1/logout")
    expect(body).toEqual({ ended: 1 })
    expect(headers.get("set-cookie")).toMatch(/=; Path=\/lab\/; Max-Age=0;/)
    expect((await vera("GET", "api/v1/status")).status).toBe(401)
  })

  test("are told to stay on TLS where the page is", async (t) => {
    const { web } = await GuardedWeb.start(t, { publicUrl: "https://lab.example.org/" })
    const { port } = new URL(web.server.address)
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://lab.example.org" },
      body: JSON.stringify({ name: "ann", password }),
    })
    const cookie = answer.headers.get("set-cookie") ?? ""
    expect(cookie).toMatch(
      /^__Host-metricq-session-\d+=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    )
    const me = async (header: string) => {
      const { body } = await web.get("api/v1/me", { headers: { cookie: header } })
      return body.name
    }
    const own = cookie.split(";")[0] as string
    expect(await me(own)).toBe("ann")
    // One that another host of the domain could have left.
    expect(await me(own.replace("__Host-", ""))).toBe("")
  })

  test("outlive the server, but not a change of the password, nor the account", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const { net, server } = guarded.web
    const [olga, vera] = [await guarded.login("olga"), await guarded.login("vera")]
    const { port } = new URL(server.address)
    await server.stop()
    await WebUnderTest.join(t, net, { folder: guarded.folder, port: Number(port) })
    for (const asker of [olga, vera]) expect((await asker("GET", "api/v1/status")).status).toBe(200)

    await guarded.accounts.setPassword("olga", "another long secret")
    await expect.poll(async () => (await olga("GET", "api/v1/status")).status).toBe(401)
    const other = await guarded.login("vera")
    const changed = await vera("POST", "api/v1/me/password", { password, next: "something else 5" })
    expect(changed.body).toEqual({ sessions: 1 })
    expect((await other("GET", "api/v1/status")).status).toBe(401)
    const cookie = (changed.headers.get("set-cookie") ?? "").split(";")[0] as string
    expect((await guarded.as({ cookie })("GET", "api/v1/status")).status).toBe(200)
    await guarded.accounts.remove("vera")
    await expect.poll(async () => (await guarded.as({ cookie })("GET", "api/v1/status")).status).toBe(401)
  })

  test("a wrong name and a wrong password are answered alike, and guessing gets slow", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const login = async (name: string, given: string) => {
      const answer = await guarded.post("api/v1/login", { name, password: given })
      return { status: answer.status, body: await answer.text() }
    }
    // Hashing may take longer than the first wait, which a busy machine must not outlive.
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now())
    t.onTestFinished(() => clock.mockRestore())
    const [wrong, unknown] = [await login("ann", "wrong"), await login("nobody", "wrong")]
    expect(wrong.status).toBe(401)
    expect(unknown).toEqual(wrong)
    const guesses = await Promise.all(Array.from({ length: 8 }, () => login("ann", "guess")))
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(4)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(4)
    expect(await login("ann", password)).toMatchObject({ status: 429, body: expect.stringMatching(/wait \d+ s/) })
  })

  test("nothing that another page sends is done in their name", async (t) => {
    const guarded = await GuardedWeb.start(t, { corsOrigins: ["https://other.example.org"] })
    const cookie =
      (await guarded.post("api/v1/login", { name: "ann", password })).headers.get("set-cookie")?.split(";")[0] ?? ""
    const address = guarded.web.url("api/v1/logout")
    const own = new URL(guarded.web.server.address).origin
    const foreigners: Record<string, string>[] = [
      { origin: "https://evil.example.org" },
      { origin: "https://other.example.org" },
      { origin: own, "sec-fetch-site": "same-site" },
      { origin: "null" },
    ]
    for (const foreign of foreigners) {
      expect((await raw(address, "POST", { cookie, ...foreign })).status).toBe(403)
    }
    const read = guarded.web.url("api/v1/status")
    expect((await raw(read, "GET", { cookie })).status).toBe(200)
    expect((await raw(read, "GET", { cookie, origin: "https://other.example.org" })).status).toBe(401)
    expect((await raw(read, "GET", { cookie, "sec-fetch-site": "cross-site" })).status).toBe(401)
    expect((await raw(address, "POST", { cookie, origin: own, "sec-fetch-site": "same-origin" })).status).toBe(200)
  })

  test("a live connection ends with the session it began with", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const answer = await guarded.post("api/v1/login", { name: "vera", password })
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] as string
    const address = guarded.web.url("api/v1/live").replace("http", "ws")
    const [refused] = await once(new WebSocket(address), "error")
    expect(String(refused)).toContain("401")
    const socket = new WebSocket(address, { headers: { cookie } })
    await once(socket, "open")
    const closed = once(socket, "close")
    await guarded.as({ cookie })("POST", "api/v1/logout")
    await closed
  })
})

describe("tokens", () => {
  test("are told once, let programs in by Bearer and by Basic, and end when revoked", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const vera = await guarded.login("vera")
    expect((await vera("POST", "api/v1/tokens", { name: "g", scope: "operator" })).status).toBe(403)
    const { status, body } = await vera("POST", "api/v1/tokens", { name: "grafana", scope: "data", days: 90 })
    expect({ status, secret: body.secret }).toEqual({ status: 201, secret: expect.stringMatching(/^mqt_[\w-]{43}$/) })
    expect(readFileSync(join(guarded.folder, "tokens.json"), "utf8")).not.toContain(body.secret)
    const listed = (await vera("GET", "api/v1/tokens")).body.tokens
    expect(listed).toEqual([expect.objectContaining({ id: body.id, name: "grafana", owner: "vera", expired: false })])
    expect(listed[0]).not.toHaveProperty("secret")

    const query = "prometheus/api/v1/query?query=1"
    for (const authorization of [`Bearer ${body.secret}`, basic("vera", body.secret)]) {
      expect((await guarded.as({ authorization })("GET", query)).status).toBe(200)
      expect((await guarded.as({ authorization })("POST", "grafana/search", { target: "x" })).status).toBe(200)
      const socket = new WebSocket(guarded.web.url("").replace("http", "ws"), { headers: { authorization } })
      await once(socket, "open")
      socket.terminate()
    }
    for (const authorization of [basic("ann", body.secret), "Bearer mqt_x", basic("vera", password)]) {
      expect((await guarded.as({ authorization })("GET", query)).status).toBe(401)
    }
    const program = guarded.as({ authorization: `Bearer ${body.secret}` })
    expect((await program("GET", "api/v1/configs")).body.error.code).toBe("token-scope")

    const olga = await guarded.login("olga")
    expect((await olga("DELETE", `api/v1/tokens/${body.id}`)).status).toBe(404)
    expect((await vera("DELETE", `api/v1/tokens/${body.id}`)).status).toBe(200)
    expect((await program("GET", query)).status).toBe(401)
  })

  test("are never more than their owner, make no other tokens, and end with the owner", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const { secret } = (await (await guarded.login("olga"))("POST", "api/v1/tokens", { name: "t", scope: "operator" }))
      .body
    const program = guarded.as({ authorization: `Bearer ${secret}` })
    expect((await program("GET", "api/v1/me")).body).toMatchObject({ name: "olga", role: "operator", via: "token" })
    expect((await program("POST", "api/v1/tokens", { name: "u", scope: "viewer" })).status).toBe(409)
    await guarded.accounts.setRole("olga", "viewer")
    await expect.poll(async () => (await program("GET", "api/v1/me")).body.role).toBe("viewer")
    await guarded.accounts.remove("olga")
    await guarded.accounts.add({ name: "olga", role: "administrator", password })
    await expect.poll(async () => (await program("GET", "api/v1/me")).status).toBe(401)
  })

  test("one that has expired is none", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const ann = await guarded.login("ann")
    const { id, secret } = (await ann("POST", "api/v1/tokens", { name: "t", scope: "viewer", days: 1 })).body
    const path = join(guarded.folder, "tokens.json")
    expect(JSON.parse(readFileSync(path, "utf8")).tokens[0]).toMatchObject({ id, scope: "viewer" })
    const inADay = Date.now() + 24 * 3600_000
    const now = Date.now
    t.onTestFinished(() => {
      Date.now = now
    })
    Date.now = () => inADay + 1
    expect((await guarded.as({ authorization: `Bearer ${secret}` })("GET", "api/v1/me")).status).toBe(401)
  })
})

describe("a proxy that has asked for a login", () => {
  const options = { trustedHeader: "X-Remote-User:X-Remote-Role", trustedProxies: ["127.0.0.1"] }

  test("says who it was, and in what role", async (t) => {
    const web = await WebUnderTest.start(t, undefined, { ...options, publicUrl: "https://lab.example.org/" })
    const me = (headers: Record<string, string>) => web.get("api/v1/me", { headers })
    expect(await me({ "x-remote-user": "vera", "x-remote-role": "Operator" })).toMatchObject({
      ...{ status: 200, body: { name: "vera", role: "operator", via: "proxy" } },
    })
    expect(await me({})).toMatchObject({ body: { role: null } })
    expect((await web.get("api/v1/status")).status).toBe(401)
    expect(await me({ "x-remote-user": "vera", "x-remote-role": "root" })).toMatchObject({
      ...{ status: 403, body: { error: { code: "proxy-role" } } },
    })
    const twice = { "x-remote-user": ["ann", "vera"], "x-remote-role": "viewer" } as unknown as Record<string, string>
    expect((await raw(web.url("api/v1/status"), "GET", twice)).status).toBe(401)
  })

  test("speaks for nobody where another page has made a browser ask", async (t) => {
    const web = await WebUnderTest.start(t, undefined, { ...options, corsOrigins: ["*"] })
    const headers = { "x-remote-user": "ann", "x-remote-role": "administrator", origin: "https://evil.example.org" }
    expect((await raw(web.url("api/v1/status"), "GET", headers)).status).toBe(401)
    const socket = new WebSocket(web.url("api/v1/live").replace("http", "ws"), { headers })
    expect(String((await once(socket, "error"))[0])).toContain("401")
  })

  test("without a header for roles, it is that of the account, else viewer; from elsewhere it counts for nothing", async (t) => {
    const guarded = await GuardedWeb.start(t, { trustedHeader: "x-remote-user" })
    const role = async (user: string) => (await guarded.as({ "x-remote-user": user })("GET", "api/v1/me")).body.role
    expect([await role("OLGA"), await role("somebody")]).toEqual(["operator", "viewer"])
    const { net } = guarded.web
    const elsewhere = await WebUnderTest.join(t, net, { ...options, trustedProxies: ["192.0.2.1"] })
    expect(await elsewhere.get("api/v1/me", { headers: { "x-remote-user": "ann" } })).toMatchObject({
      body: { role: null },
    })
  })

  test.each(["", "x remote", "cookie", "authorization:role", "a:b:c"])("%j is no such header", (trustedHeader) => {
    const make = () => new WebServer({ url: "amqp://localhost/", trustedHeader })
    expect(make).toThrow(expect.objectContaining({ code: "trusted-header" }))
  })
})

describe("pages of others", () => {
  const origin = "https://dash.example.org"

  test("read with a token if they are named, after a preflight; never more", async (t) => {
    const guarded = await GuardedWeb.start(t, { corsOrigins: [origin], prefix: "lab" })
    const { web } = guarded
    const { secret } = (
      await (
        await guarded.login("ann")
      )("POST", "api/v1/tokens", { name: "t", scope: "administrator" })
    ).body
    const preflight = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    }
    for (const path of ["grafana/query", "prometheus/api/v1/query", "api/v1/history"]) {
      const { status, headers } = await raw(web.url(path), "OPTIONS", preflight)
      expect({ path, status, allowed: headers["access-control-allow-origin"] }).toEqual({
        path,
        status: 204,
        allowed: origin,
      })
      expect(headers["access-control-allow-headers"]).toContain("authorization")
      expect(headers["access-control-allow-credentials"]).toBeUndefined()
    }
    const read = await raw(web.url("api/v1/metrics"), "GET", { origin, authorization: `Bearer ${secret}` })
    expect(read).toMatchObject({ status: 200, headers: { "access-control-allow-origin": origin, vary: "origin" } })
    const search = await raw(web.url("prometheus/api/v1/query?query=1"), "POST", {
      origin,
      authorization: `Bearer ${secret}`,
    })
    expect(search.headers["access-control-allow-origin"]).toBe(origin)
    expect(
      (await raw(web.url("api/v1/users/ann/logout"), "POST", { origin, authorization: `Bearer ${secret}` })).status,
    ).toBe(403)
    const other = await raw(web.url("api/v1/metrics"), "GET", { origin: "https://evil.example.org" })
    expect(other.headers["access-control-allow-origin"]).toBeUndefined()
    const refused = await raw(web.url("grafana/query"), "OPTIONS", { ...preflight, origin: "https://evil.example.org" })
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined()
  })

  test("all read what everybody may, with *, and do nothing", async (t) => {
    const web = await WebUnderTest.start(t, undefined, { corsOrigins: ["*"] })
    const headers = { origin }
    expect((await raw(web.url("api/v1/status"), "GET", headers)).headers["access-control-allow-origin"]).toBe("*")
    expect((await raw(web.url("api/v1/audit"), "GET", headers)).status).toBe(403)
    expect((await raw(web.url("api/v1/configs/source-a"), "DELETE", headers)).status).toBe(403)
    expect((await raw(web.url(""), "GET", headers)).headers["access-control-allow-origin"]).toBeUndefined()
  })

  test.each(["example.org", "https://example.org/", "null", ""])("%j is no origin", async (wrong) => {
    const server = new WebServer({ url: "amqp://localhost/", port: 0, corsOrigins: [wrong] })
    await expect(server.start()).rejects.toMatchObject({ code: "cors-origin" })
  })
})

test("what is done is in the audit log, with who and when and without secrets, also after a restart", async (t) => {
  const guarded = await GuardedWeb.start(t)
  await guarded.post("api/v1/login", { name: "ann", password: "wrong" })
  await guarded.post("api/v1/login", { name: "my secret password", password: "x" })
  const ann = await guarded.login("ann")
  const olga = await guarded.login("olga")
  const put = await olga("PUT", "api/v1/configs/source-a", {
    config: { password: "hunter2" },
    revision: null,
    note: "first",
  })
  expect(put.status).toBe(200)
  await olga("POST", "api/v1/configs/source-a/apply", { timeout: 0.1 })
  expect((await olga("DELETE", "api/v1/configs/source-a")).status).toBe(403)
  await ann("DELETE", "api/v1/configs/source-a")
  await ann("POST", "api/v1/configs/source-a/restore", { version: 1 })
  await ann("PATCH", "api/v1/users/vera", { role: "operator", password: "a brand new secret" })
  const { secret } = (await ann("POST", "api/v1/tokens", { name: "ci", scope: "viewer" })).body
  await guarded.as({ authorization: `Bearer ${secret}` })("POST", "api/v1/logout")

  expect((await olga("GET", "api/v1/audit")).status).toBe(403)
  const done = async (query: string) =>
    (await ann("GET", `api/v1/audit?${query}`)).body.entries.map(
      ({ name, action, subject }: Record<string, string>) => `${name || "?"} ${action} ${subject}`,
    )
  const all = [
    ...["ann token.add ci", "ann user.role vera", "ann user.password vera", "ann config.restore source-a"],
    ...["ann config.delete source-a", "olga config.apply source-a", "olga config.set source-a"],
    ...["olga login olga", "ann login ann", "? login.failed (unknown name)", "? login.failed ann"],
  ]
  expect(await done("")).toEqual(all)
  expect(await done("name=olga&action=config.")).toEqual(all.slice(5, 7))
  expect(await done(`to=${encodeURIComponent(new Date(0).toISOString())}`)).toEqual([])
  const first = (await ann("GET", "api/v1/audit?limit=4")).body
  expect(await done(`limit=4&before=${first.next}`)).toEqual(all.slice(4, 8))
  expect(first.entries[0]).toMatchObject({
    role: "administrator",
    via: "session",
    address: "127.0.0.1",
    detail: { scope: "viewer" },
  })
  const written = readdirSync(join(guarded.folder, "audit")).map((name) =>
    readFileSync(join(guarded.folder, "audit", name), "utf8"),
  )
  for (const text of ["hunter2", secret, "secret password", "brand new"]) expect(written.join()).not.toContain(text)

  const { port } = new URL(guarded.web.server.address)
  await guarded.web.server.stop()
  await WebUnderTest.join(t, guarded.web.net, { folder: guarded.folder, port: Number(port) })
  expect(await done("limit=3")).toEqual(all.slice(0, 3))
})

test("an operator cannot change how long a database keeps points", async (t) => {
  const guarded = await GuardedWeb.start(t)
  const [ann, olga] = [await guarded.login("ann"), await guarded.login("olga")]
  const config = { patterns: ["**"], retention: { raw: "90d" } }
  const { revision } = (await ann("PUT", "api/v1/configs/db-a", { config, revision: null })).body
  const shorter = { ...config, retention: { raw: "1d" } }
  expect(await olga("PUT", "api/v1/configs/db-a", { config: shorter, revision })).toMatchObject({
    ...{ status: 403, body: { error: { code: "retention" } } },
  })
  const more = await olga("PUT", "api/v1/configs/db-a", { config: { ...config, patterns: ["lab.**"] }, revision })
  expect(more.status).toBe(200)
  await ann("PUT", "api/v1/configs/db-a", { config: shorter, revision: more.body.revision })
  expect((await olga("POST", "api/v1/configs/db-a/restore", { version: 1 })).status).toBe(403)
  expect((await ann("POST", "api/v1/configs/db-a/restore", { version: 1 })).status).toBe(200)
})
