import { describe, expect, test, vi } from "vitest"
import { ForgedProvider, type Lies } from "../../testing/forged-provider.js"
import { GuardedWeb } from "../../testing/guarded-web.js"

/** Log in through a provider that lies; tells why that has failed, null if it has not. */
async function logIn({ post, web }: GuardedWeb, provider: ForgedProvider, more: Record<string, string> = {}) {
  const begun = await post.call({ web }, "api/v1/login/oidc", {})
  if (begun.status !== 200) return ((await begun.json()) as { error: { code: string } }).error.code
  const { address } = (await begun.json()) as { address: string }
  const asked = new URL(address).searchParams
  provider.nonce = asked.get("nonce") ?? ""
  const answer = new URL(asked.get("redirect_uri") ?? "")
  answer.search = String(new URLSearchParams({ code: "c", state: asked.get("state") ?? "", ...more }))
  const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? ""
  const visit = await fetch(answer, { redirect: "manual", headers: { cookie } })
  const failure = new URL(visit.headers.get("location") ?? "").searchParams.get("login-failed")
  expect(visit.headers.has("set-cookie")).toBe(failure === null)
  return failure
}

async function start(t: Parameters<typeof GuardedWeb.start>[0], oidc = {}) {
  const provider = await ForgedProvider.start(t)
  const { issuer } = provider
  const roles = { staff: "operator" } as const
  const options = { issuer, clientId: "metricq", clientSecret: "s", roles, clockToleranceSeconds: 10, ...oidc }
  return { provider, guarded: await GuardedWeb.start(t, { oidc: options }) }
}

const seconds = () => Math.floor(Date.now() / 1000)

const lies: Record<string, Lies> = {
  "another issuer": { claims: (right) => ({ ...right, iss: "https://evil.example.org" }) },
  "another audience": { claims: (right) => ({ ...right, aud: "other" }) },
  "several audiences, made for another": { claims: (right) => ({ ...right, aud: ["metricq", "other"], azp: "other" }) },
  "a time that is over": { claims: (right) => ({ ...right, iat: seconds() - 900, exp: seconds() - 11 }) },
  "a time that is yet to come": { claims: (right) => ({ ...right, nbf: seconds() + 60 }) },
  "no end": { claims: ({ exp, ...right }) => right },
  "another nonce": { claims: (right) => ({ ...right, nonce: "n" }) },
  "no nonce": { claims: ({ nonce, ...right }) => right },
  "no subject": { claims: ({ sub, ...right }) => right },
  "a key that is not its own": { hasOtherKey: true },
  "no signature": { alg: "none" },
  "the public key as a secret": { alg: "HS256" },
  "no JSON": { answer: { status: 200, body: "{" } },
  "no ID token": { answer: { status: 200, body: JSON.stringify({ access_token: "a", token_type: "bearer" }) } },
  "an endless answer": { answer: { status: 200, body: `"${"x".repeat(2_000_000)}"` } },
  "an error": { answer: { status: 401, body: JSON.stringify({ error: "invalid_client" }) } },
  "userinfo of somebody else": {
    claims: ({ groups, ...right }) => right,
    userinfo: { sub: "other", groups: ["staff"] },
  },
}

describe("an answer of a provider is refused with", () => {
  test("each of these lies, one after the other, and taken without", async (t) => {
    const { provider, guarded } = await start(t)
    expect(await logIn(guarded, provider)).toBeNull()
    const clock = vi.spyOn(performance, "now")
    t.onTestFinished(() => clock.mockRestore())
    let hours = 0
    for (const [name, lie] of Object.entries(lies)) {
      provider.lies = lie
      // Failures make the next try wait; that is looked at elsewhere.
      hours += 2
      clock.mockReturnValue(hours * 3600_000)
      expect([name, await logIn(guarded, provider)]).toEqual([name, "provider-answer"])
    }
    provider.lies = { claims: (right) => ({ ...right, exp: seconds() - 5, iat: seconds() - 300 }) }
    clock.mockReturnValue((hours + 2) * 3600_000)
    expect(await logIn(guarded, provider)).toBeNull() // clocks may be apart by so much
    provider.lies = { claims: ({ groups, ...right }) => right, userinfo: { sub: "s", groups: ["staff"] } }
    expect(await logIn(guarded, provider)).toBeNull()
  })

  test("the name of another provider in the answer that the browser brings", async (t) => {
    const { provider, guarded } = await start(t)
    provider.lies = { description: (right) => ({ ...right, authorization_response_iss_parameter_supported: true }) }
    expect(await logIn(guarded, provider, { iss: "https://evil.example.org" })).toBe("provider-answer")
    expect(await logIn(guarded, provider)).toBe("provider-answer")
    expect(await logIn(guarded, provider, { iss: provider.issuer })).toBeNull()
  })

  test("a description of another issuer, or by far too long a one", async (t) => {
    for (const description of [
      (right: object) => ({ ...right, issuer: "https://evil.example.org" }),
      (right: object) => ({ ...right, more: "x".repeat(2_000_000) }),
    ]) {
      const { provider, guarded } = await start(t)
      provider.lies = { description }
      expect(await logIn(guarded, provider)).toBe("provider-away")
    }
  })
})
