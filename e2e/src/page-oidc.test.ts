import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePorts, IdentityProvider, type TestScope, temporaryFolder } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

const people = {
  eva: { preferred_username: "eva", groups: ["staff"], email: "eva@example.org", email_verified: true },
  root: { preferred_username: "ruth", groups: ["admins", "staff"] },
  max: { preferred_username: "max", groups: ["others"] },
}

interface Network {
  readonly url: string
  readonly folder: string
  readonly provider: IdentityProvider
}

/** A network whose page people log in to through a provider, and with a password. */
async function networkWithProvider(t: TestScope): Promise<Network> {
  const folder = await temporaryFolder(t, "oidc")
  const [amqpPort, httpPort] = (await freePorts(2)) as [number, number]
  const url = `http://127.0.0.1:${httpPort}/`
  const redirectUri = `${url}api/v1/login/oidc/callback`
  const provider = await IdentityProvider.start(t, { redirectUri, afterLogout: url, people })
  const { issuer, clientId, clientSecret } = provider
  const roles = { admins: "administrator", staff: "operator" }
  writeFileSync(join(folder, "secret"), `${clientSecret}\n`, { mode: 0o600 })
  const oidc = { issuer, clientId, clientSecretFile: "secret", name: "Lab account", roles }
  writeFileSync(join(folder, "oidc.json"), JSON.stringify(oidc))
  const add = ["users", "add", "ann", "--role", "administrator", "--password-stdin", "--data", "data"]
  await MetricqProcess.run(t, add, { cwd: folder, input: "correct horse battery" })
  const ports = ["--amqp-port", String(amqpPort), "--http-port", String(httpPort)]
  const up = MetricqProcess.start(t, ["up", "--data", "data", ...ports, "--oidc", "oidc.json"], { cwd: folder })
  await up.line(/^ready/)
  return { url, folder, provider }
}

async function open(t: TestScope) {
  const opened = await openPage(t)
  opened.page.setDefaultTimeout(12_000)
  return opened
}

async function logIn(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Log in with Lab account" }).click()
  await page.getByRole("heading", { name: "Provider" }).waitFor()
  await page.getByLabel("Your name").fill(name)
  await page.getByRole("button", { name: "Continue" }).click()
}

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: join(folder, `${name}-phone.png`) })
  await page.setViewportSize({ width: 1400, height: 860 })
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 12_000 })

describe.skipIf(noBrowser)(noBrowser ? `OpenID Connect [left out: ${noBrowser}]` : "OpenID Connect", () => {
  test("people come in through the provider to the page they wanted, with the role of their groups, and leave there, too", async (t) => {
    const { url } = await networkWithProvider(t)
    const { page, complaints } = await open(t)
    await page.goto(`${url}configuration/source-sysinfo?x=1`)
    await page.getByRole("button", { name: "Log in with Lab account" }).waitFor()
    await keep(page, "oidc-login")
    expect(await violations(page)).toEqual([])
    await logIn(page, "eva")
    await page.getByLabel("Rate", { exact: true }).waitFor()
    expect(page.url()).toBe(`${url}configuration/source-sysinfo?x=1`)
    await eventually(() => page.locator(".person").innerText()).toMatch(/eva[\s\S]*operator/)
    await page.getByRole("link", { name: "eva" }).click()
    await page.getByText("This is your only session.").waitFor()
    expect(await page.getByRole("button", { name: /password/ }).count()).toBe(0)
    expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0)
    expect(await violations(page)).toEqual([])
    await keep(page, "oidc-you")

    await page.locator(".person").getByRole("button", { name: "Log out" }).click()
    await page.getByRole("button", { name: "Leave here, too" }).click()
    await page.getByRole("button", { name: "Log in with Lab account" }).waitFor()
    expect(page.url()).toBe(url)
    await page.getByRole("button", { name: "Log in with Lab account" }).click()
    await page.getByLabel("Your name").waitFor() // the provider asks again, too
    expect(complaints).toEqual([])
  })

  test("who has no role is told what to do, and an administrator sees why, and blocks", async (t) => {
    const { url } = await networkWithProvider(t)
    const { page, complaints } = await open(t)
    await page.goto(url)
    await logIn(page, "max")
    await page.getByText("none of your groups has a role here").waitFor()
    expect(page.url()).toBe(url)
    await keep(page, "oidc-refused")
    expect(await violations(page)).toEqual([])
    await logIn(page, "eva") // the provider asks again who it is
    await page.locator(".person").waitFor()
    const other = await open(t)
    await other.page.goto(`${url}metrics`)
    await logIn(other.page, "eva")
    await other.page.getByRole("heading", { name: "Metrics" }).waitFor()

    expect(complaints).toEqual([])
    const { page: ruth, complaints: hers } = await open(t)
    await ruth.goto(`${url}settings/users`)
    await logIn(ruth, "root")
    await eventually(() => ruth.getByRole("table").innerText()).toMatch(/eva\s+through Lab account\s+operator/)
    await keep(ruth, "oidc-users")
    expect(await violations(ruth)).toEqual([])
    await ruth.getByRole("button", { name: "Block eva" }).click()
    await ruth.getByRole("dialog").getByRole("button", { name: "Block" }).click()
    await ruth.getByText("blocked", { exact: true }).waitFor()
    await keep(ruth, "oidc-blocked")
    expect(await violations(ruth)).toEqual([])
    await other.page.getByText("Your session has ended.").waitFor()
    await ruth.getByRole("link", { name: "Audit log" }).click()
    await eventually(() => ruth.getByRole("table").innerText()).toMatch(
      /ruth\s+user\.block\s+eva[\s\S]*ruth\s+login\s+ruth[\s\S]*eva\s+login\s+eva[\s\S]*–\s+login\.failed\s+max[\s\S]*no-role/,
    )
    await ruth.getByRole("link", { name: "Users" }).click()
    await ruth.getByRole("button", { name: "Let in again: eva" }).click()
    await eventually(() => ruth.getByText("blocked", { exact: true }).count()).toBe(0)
    expect(hers).toEqual([])
  }, 90_000) // three browsers

  test("while the provider is away, a password leads in", async (t) => {
    const { url, provider } = await networkWithProvider(t)
    await provider.stop()
    const { page } = await open(t)
    await page.goto(url)
    await page.getByRole("button", { name: "Log in with Lab account" }).click()
    await page.getByText("Lab account does not answer").waitFor()
    await keep(page, "oidc-away")
    expect(await violations(page)).toEqual([])
    await page.getByLabel("Name", { exact: true }).fill("ann")
    await page.getByLabel("Password").fill("correct horse battery")
    await page.keyboard.press("Enter")
    await eventually(() => page.locator(".person").innerText()).toMatch(/ann[\s\S]*administrator/)
  })

  test("who is logged out while something is open logs in beside it, and goes on", async (t) => {
    const { url } = await networkWithProvider(t)
    const { page } = await open(t)
    await page.goto(`${url}configuration/source-sysinfo`)
    await logIn(page, "eva")
    await page.getByLabel("Rate", { exact: true }).fill("7")
    const cookies = await page.context().cookies()
    await page.context().clearCookies({ name: /^metricq-session/ })
    expect(cookies.map(({ sameSite }) => sameSite)).toContain("Strict")
    await page.getByText("Your session has ended.").waitFor()
    const [beside] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("button", { name: "Log in with Lab account" }).click(),
    ])
    await beside.locator(".person").waitFor() // the provider knows her still
    await beside.close()
    await page.evaluate(() => dispatchEvent(new Event("focus")))
    await eventually(() => page.getByLabel("Rate", { exact: true }).inputValue()).toBe("7")
    await eventually(() => page.getByText("Your session has ended.").count()).toBe(0)
  })
})
