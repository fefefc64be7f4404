import { readFileSync } from "node:fs"
import { join } from "node:path"
import { freePort, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { WebServer } from "../../index.js"
import { password } from "../../testing/guarded-web.js"
import { OidcWeb } from "../../testing/oidc-web.js"
import { WebUnderTest } from "../../testing/web-under-test.js"

const people = {
  "sub-eva": {
    preferred_username: "eva",
    groups: ["everybody", "staff"],
    email: "eva@example.org",
    email_verified: true,
  },
  "sub-ann": { preferred_username: "ann", groups: ["admins"], email: "ann@example.org", email_verified: true },
  "sub-max": { preferred_username: "max", groups: ["others"], email: "max@example.net", email_verified: true },
}

describe("a login through a provider", () => {
  test.for([
    ["in the ID token", true],
    ["only where they are asked for", false],
  ] as const)("brings name and role from claims %s, and goes on where one was", async ([, inIdToken], t) => {
    const web = await OidcWeb.start(t, people, { prefix: "lab", inIdToken })
    const { address, jar } = await web.begin("/lab/metrics/a.b?x=1#now")
    const asked = new URL(address).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ response_type: "code", code_challenge_method: "S256", scope: "openid profile email" },
      redirect_uri: web.guarded.web.url("api/v1/login/oidc/callback"),
    })
    expect(["state", "nonce", "code_challenge"].map((name) => asked.get(name)?.length)).toEqual([43, 43, 43])
    const { location, asker } = await web.bring(await web.provider.logIn(address, "sub-eva"), jar)
    expect(location).toBe(web.guarded.web.url("metrics/a.b?x=1#now"))
    expect((await asker("GET", "api/v1/me")).body).toMatchObject({
      ...{ name: "eva", role: "operator", via: "session", account: true, hasPassword: false, sessions: 1 },
      login: { password: true, provider: "Lab" },
    })
    const ann = await web.guarded.login("ann")
    const { users } = (await ann("GET", "api/v1/users")).body
    expect(users.find(({ name }: { name: string }) => name === "eva")).toMatchObject({
      ...{
        role: "operator",
        provider: "Lab",
        blocked: null,
        sessions: 1,
        lastSeen: expect.stringMatching(/^\d{4}-/),
      },
    })
    expect(await web.audit("login")).toContainEqual(
      expect.objectContaining({ name: "eva", subject: "eva", detail: { provider: "Lab" } }),
    )
  })

  test("gives the browser cookies that fit what they are for", async (t) => {
    const web = await OidcWeb.start(t, people)
    const begun = await web.guarded.post("api/v1/login/oidc", { again: true })
    const { address: again } = (await begun.clone().json()) as { address: string }
    expect(new URL(again).searchParams.get("prompt")).toBe("login")
    expect(begun.headers.get("set-cookie")).toMatch(
      /^metricq-login-\d+=[\w-]{43}; Path=\/api\/v1\/login\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
    )
    const { address, jar } = await web.begin()
    const visit = await fetch(await web.provider.logIn(address, "sub-eva"), {
      ...{ redirect: "manual", headers: { cookie: [...jar].map((pair) => pair.join("=")).join("; ") } },
    })
    expect(visit.status).toBe(303)
    expect(visit.headers.get("set-cookie")).toMatch(/^metricq-session-\d+=[\w-]{43}; .*HttpOnly; SameSite=Strict$/)
    expect(visit.headers.get("cache-control")).toBe("no-store")
  })

  test("behind TLS its cookie is one that no neighbour can set, and the answer comes to the public address", async (t) => {
    const web = await OidcWeb.start(t, people, { prefix: "lab", publicUrl: "https://lab.example.org/" })
    const headers = { origin: "https://lab.example.org", host: "lab.example.org" }
    const begun = await web.guarded.post("api/v1/login/oidc", {}, headers)
    expect(begun.headers.get("set-cookie")).toMatch(
      /^__Host-metricq-login-\d+=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    )
    const { address } = (await begun.json()) as { address: string }
    const redirectUri = "https://lab.example.org/lab/api/v1/login/oidc/callback"
    expect(new URL(address).searchParams.get("redirect_uri")).toBe(redirectUri)
  })

  test("is not begun by another page, nor ended by a program that only looks", async (t) => {
    const web = await OidcWeb.start(t, people)
    const foreigners: Record<string, string>[] = [
      { origin: "https://evil.example.org" },
      { "sec-fetch-site": "cross-site" },
    ]
    for (const foreign of foreigners) {
      expect((await web.guarded.post("api/v1/login/oidc", {}, foreign)).status).toBe(403)
    }
    const { address, jar } = await web.begin()
    const answer = await web.provider.logIn(address, "sub-eva")
    expect((await fetch(answer, { method: "HEAD", redirect: "manual" })).headers.get("set-cookie")).toBeNull()
    expect((await web.bring(answer, jar)).failure).toBeNull()
  })
})

describe("is refused", () => {
  test("with another state, in another browser, and the second time", async (t) => {
    const web = await OidcWeb.start(t, people)
    const { address, jar } = await web.begin("/metrics")
    const answer = await web.provider.logIn(address, "sub-eva")
    const wrong = new URL(answer)
    wrong.searchParams.set("state", "A".repeat(43))
    expect((await web.bring(wrong.href, jar)).failure).toBe("login-expired")
    expect((await web.bring(answer, new Map())).failure).toBe("login-expired")
    const other = await web.begin()
    expect((await web.bring(answer, other.jar)).failure).toBe("login-expired")
    expect((await web.bring(answer, jar)).failure).toBeNull()
    expect((await web.bring(answer, jar)).failure).toBe("login-expired")
    expect((await web.audit("login.failed")).map(({ detail }) => (detail as { reason: string }).reason)).toEqual(
      Array(4).fill("login-expired"),
    )
  })

  test("with a code that was redeemed already, or is of another login", async (t) => {
    const web = await OidcWeb.start(t, people)
    const first = await web.begin()
    const used = new URL(await web.provider.logIn(first.address, "sub-eva"))
    await web.bring(used.href, first.jar)
    const second = await web.begin("/metrics")
    const answer = new URL(await web.provider.logIn(second.address, "sub-eva"))
    answer.searchParams.set("code", used.searchParams.get("code") ?? "")
    const ended = await web.bring(answer.href, second.jar)
    expect(ended.location).toBe(web.guarded.web.url("metrics?login-failed=provider-answer"))
    expect((await ended.asker("GET", "api/v1/status")).status).toBe(401)
    expect((await web.audit("login.failed"))[0]).toMatchObject({
      detail: { reason: "provider-answer", message: expect.stringContaining("invalid_grant") },
    })
  })

  test("when the person says no, and the words of the provider go into the log", async (t) => {
    const web = await OidcWeb.start(t, people)
    const { address, jar } = await web.begin()
    const answer = new URL(new URL(address).searchParams.get("redirect_uri") as string)
    const state = new URL(address).searchParams.get("state") as string
    answer.search = String(
      new URLSearchParams({
        state,
        error: "access_denied",
        error_description: "no\r\n\u001b[31m",
        iss: web.provider.issuer,
      }),
    )
    expect((await web.bring(answer.href, jar)).failure).toBe("login-cancelled")
    const [line] = await web.audit("login.failed")
    expect(line?.detail).toMatchObject({ message: "Lab has not let you in: access_denied: no [31m" })
  })

  test("to those whose groups have no role, whose accounts rest from then on", async (t) => {
    const groups = ["staff"]
    const web = await OidcWeb.start(t, { ...people, "sub-kim": { preferred_username: "kim", groups } })
    expect((await web.logIn("sub-max")).failure).toBe("no-role")
    expect((await web.audit("login.failed"))[0]).toMatchObject({
      ...{ subject: "max", name: "", detail: { provider: "Lab", reason: "no-role", values: ["others"] } },
    })
    const { asker } = await web.logIn("sub-kim")
    const { secret } = (await asker("POST", "api/v1/tokens", { name: "t", scope: "viewer" })).body
    const program = web.guarded.as({ authorization: `Bearer ${secret}` })
    expect((await program("GET", "api/v1/me")).body).toMatchObject({ name: "kim", role: "viewer" })
    groups[0] = "others"
    expect((await web.logIn("sub-kim")).failure).toBe("no-role")
    expect((await asker("GET", "api/v1/status")).status).toBe(401)
    expect((await program("GET", "api/v1/me")).status).toBe(401)
    groups[0] = "guests"
    expect((await (await web.logIn("sub-kim")).asker("GET", "api/v1/me")).body).toMatchObject({ role: "viewer" })
    expect((await program("GET", "api/v1/me")).status).toBe(200)
    expect((await web.audit("user.role"))[0]).toMatchObject({ detail: { before: "operator", after: "viewer" } })
  })

  test("to those from other domains", async (t) => {
    const unverified = { preferred_username: "tom", groups: ["staff"], email: "tom@example.org", email_verified: false }
    const web = await OidcWeb.start(
      t,
      { ...people, "sub-tom": unverified },
      {
        oidc: { emailDomains: ["Example.org"], defaultRole: "viewer" },
      },
    )
    expect((await web.logIn("sub-eva")).failure).toBeNull()
    expect((await web.logIn("sub-max")).failure).toBe("email-domain")
    expect((await web.logIn("sub-tom")).failure).toBe("email-domain")
  })

  test("nobody becomes an account of this server by being called so elsewhere", async (t) => {
    const noEmail = { preferred_username: "vera", groups: ["admins"] }
    const web = await OidcWeb.start(t, { ...people, "sub-vera": noEmail, "sub-x": { groups: ["admins"] } })
    expect((await web.logIn("sub-vera")).failure).toBe("name-taken")
    expect((await web.logIn("sub-x")).failure).toBe("no-name")
    const { asker } = await web.logIn("sub-ann")
    expect((await asker("GET", "api/v1/me")).body).toMatchObject({ name: "ann@example.org", role: "administrator" })
    const login = await web.guarded.post("api/v1/login", { name: "ann@example.org", password })
    expect(login.status).toBe(401)
    const change = await asker("PATCH", "api/v1/users/ann@example.org", { role: "viewer" })
    expect(change).toMatchObject({ status: 409, body: { error: { code: "provider-user" } } })
    expect((await asker("PATCH", "api/v1/users/ann@example.org", { password })).body.error.code).toBe("provider-user")
  })

  test("nobody whom a proxy names becomes one who comes through the provider, nor comes in blocked", async (t) => {
    const web = await OidcWeb.start(t, people, { trustedHeader: "x-remote-user" })
    await web.logIn("sub-eva")
    const named = (name: string) => web.guarded.as({ "x-remote-user": name })
    const me = (await named("eva")("GET", "api/v1/me")).body
    expect(me).toMatchObject({ name: "eva", role: "viewer", via: "proxy", account: false })
    expect((await named("eva")("POST", "api/v1/tokens", { name: "t", scope: "viewer" })).status).toBe(409)
    expect((await named("olga")("GET", "api/v1/me")).body).toMatchObject({ role: "operator", account: true })
    await (await web.guarded.login("ann"))("PATCH", "api/v1/users/olga", { blocked: true })
    expect((await named("olga")("GET", "api/v1/me")).body.error.code).toBe("account-blocked")
  })

  test("to too many from one address", async (t) => {
    const web = await OidcWeb.start(t, people)
    const answer = `${web.guarded.web.url("api/v1/login/oidc/callback")}?state=x&code=y`
    const failures: (string | null)[] = []
    for (let i = 0; i < 12; i += 1) failures.push((await web.bring(answer, new Map())).failure)
    expect(failures.slice(0, 10)).toEqual(Array(10).fill("login-expired"))
    expect(failures.at(-1)).toBe("too-many-logins")
  })
})

describe("whoever has come", () => {
  test("is blocked with their sessions and tokens, and let in again", async (t) => {
    const web = await OidcWeb.start(t, people)
    const { asker } = await web.logIn("sub-eva")
    const { secret } = (await asker("POST", "api/v1/tokens", { name: "t", scope: "data" })).body
    const program = web.guarded.as({ authorization: `Bearer ${secret}` })
    const query = "prometheus/api/v1/query?query=1"
    expect((await program("GET", query)).status).toBe(200)
    const ann = await web.guarded.login("ann")
    expect((await ann("PATCH", "api/v1/users/eva", { blocked: true })).body.blocked).toMatchObject({ by: "ann" })
    expect((await asker("GET", "api/v1/status")).status).toBe(401)
    expect((await program("GET", query)).status).toBe(401)
    expect((await web.logIn("sub-eva")).failure).toBe("account-blocked")
    await ann("PATCH", "api/v1/users/eva", { blocked: false })
    expect((await web.logIn("sub-eva")).failure).toBeNull()
    expect((await program("GET", query)).status).toBe(200)
    expect(await web.audit("user.block")).toMatchObject([{ name: "ann", subject: "eva", detail: { sessions: 1 } }])
    expect(await web.audit("user.unblock")).toHaveLength(1)
  })

  test("a user with a password is blocked alike, but not the last administrator", async (t) => {
    const web = await OidcWeb.start(t, people)
    const [ann, vera] = [await web.guarded.login("ann"), await web.guarded.login("vera")]
    await ann("PATCH", "api/v1/users/vera", { blocked: true })
    expect((await vera("GET", "api/v1/status")).status).toBe(401)
    const login = await web.guarded.post("api/v1/login", { name: "vera", password })
    expect({ status: login.status, body: await login.json() }).toMatchObject({
      ...{ status: 403, body: { error: { code: "account-blocked" } } },
    })
    await web.logIn("sub-ann")
    expect((await ann("PATCH", "api/v1/users/ann", { blocked: true })).body.error.code).toBe("last-administrator")
  })

  test("logs out here, and is told where to log out at the provider; without its word in what is kept", async (t) => {
    const web = await OidcWeb.start(t, people)
    const { asker } = await web.logIn("sub-eva")
    expect(readFileSync(join(web.guarded.folder, "sessions.json"), "utf8")).not.toContain("eyJ")
    const { body } = await asker("POST", "api/v1/logout", {})
    const address = new URL(body.provider)
    expect(address.origin).toBe(web.provider.issuer)
    expect(address.searchParams.get("post_logout_redirect_uri")).toBe(web.guarded.web.url(""))
    expect(address.searchParams.get("id_token_hint")).toMatch(/^eyJ/)
    expect((await fetch(address)).status).toBe(200)
    expect((await asker("GET", "api/v1/status")).status).toBe(401)
    const vera = await web.guarded.login("vera")
    expect((await vera("POST", "api/v1/logout", {})).body).toEqual({ ended: 1 })
  })

  test("has a session of so many hours, which counts only while the provider is one of the server", async (t) => {
    const web = await OidcWeb.start(t, people, { oidc: { sessionHours: 2 } })
    const { asker } = await web.logIn("sub-eva")
    const { secret } = (await asker("POST", "api/v1/tokens", { name: "t", scope: "data" })).body
    const { folder } = web.guarded
    const [session] = JSON.parse(readFileSync(join(folder, "sessions.json"), "utf8")).sessions
    expect(session.until - session.begun).toBe(2 * 3600_000)
    const { net, server } = web.guarded.web
    const { port } = new URL(server.address)
    await server.stop()
    await WebUnderTest.join(t, net, { folder, port: Number(port) })
    expect((await asker("GET", "api/v1/status")).status).toBe(401)
    expect((await web.guarded.as({ authorization: `Bearer ${secret}` })("GET", "api/v1/me")).status).toBe(401)
  })
})

describe("a provider that is away", () => {
  test("keeps nobody from starting, nor from a password; and people come when it is back", async (t) => {
    const web = await OidcWeb.start(t, people)
    await web.provider.stop()
    await expect(web.begin()).rejects.toThrow("503 provider-away")
    const ann = await web.guarded.login("ann")
    expect((await ann("GET", "api/v1/status")).status).toBe(200)
    await web.provider.resume()
    await expect.poll(() => web.begin().then(() => "begun", String), { timeout: 10_000 }).toBe("begun")
    expect((await web.logIn("sub-eva")).failure).toBeNull()
    const begun = await web.begin()
    const answer = await web.provider.logIn(begun.address, "sub-eva")
    await web.provider.stop()
    expect((await web.bring(answer, begun.jar)).failure).toBe("provider-away")
  })
})

test("a server needs a folder for those who come, and no password where the provider makes administrators", async (t) => {
  const oidc = { issuer: `http://127.0.0.1:${await freePort()}`, clientId: "m", roles: { a: "administrator" } } as const
  const options = { url: "amqp://localhost:1/", port: 0, oidc, host: "0.0.0.0", connectionTimeout: 0.1 }
  await expect(new WebServer(options).start()).rejects.toMatchObject({ code: "no-folder" })
  const folder = await temporaryFolder(t, "web")
  await expect(new WebServer({ ...options, folder }).start()).rejects.not.toMatchObject({ code: "no-administrator" })
})
