import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { freePort, type TestScope, temporaryFolder } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

const password = "correct horse battery"

/** A network that measures this machine, whose page people log in to. */
async function guardedNetwork(t: TestScope, people: Record<string, string>): Promise<{ url: string; folder: string }> {
  const folder = await temporaryFolder(t, "access")
  for (const [name, role] of Object.entries(people)) await addUser(t, folder, name, role)
  const args = ["up", "--data", "data", "--amqp-port", String(await freePort())]
  const up = MetricqProcess.start(t, args, { cwd: folder })
  const ready = await up.line(/^ready/)
  return { url: ready.split("  ")[2] as string, folder }
}

async function addUser(t: TestScope, cwd: string, name: string, role: string): Promise<void> {
  const args = ["users", "add", name, "--role", role, "--password-stdin", "--data", "data"]
  const { code, stderr } = await MetricqProcess.run(t, args, { cwd, input: password })
  if (code !== 0) throw new Error(stderr)
}

async function open(t: TestScope) {
  const opened = await openPage(t)
  opened.page.setDefaultTimeout(12_000)
  return opened
}

async function logIn(page: Page, name: string, given = password): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name)
  await page.getByLabel("Password").fill(given)
  await page.keyboard.press("Enter")
}

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 12_000 })

describe.skipIf(noBrowser)(noBrowser ? `Access [left out: ${noBrowser}]` : "Access", () => {
  test("a wrong password is refused, the right one leads on, and what was done is told", async (t) => {
    const { url, folder } = await guardedNetwork(t, { ann: "administrator" })
    const { page, complaints } = await open(t)
    await page.goto(`${url}settings/tokens`)
    await page.getByRole("heading", { name: "Log in" }).waitFor()
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
    await logIn(page, "ann", "wrong")
    await page.getByText("Name or password is wrong.").waitFor()
    await keep(page, "login")
    expect(await violations(page)).toEqual([])
    // The browser itself tells that an answer was 401.
    expect(complaints.splice(0)).toEqual([expect.stringContaining("401")])
    await logIn(page, "ann")

    await page.getByRole("button", { name: "New token" }).click()
    await page.getByLabel("What is it for?").fill("curl")
    await page.getByRole("button", { name: "Create" }).click()
    await eventually(() => page.locator("main").innerText()).toContain("it is not shown again")
    const secret = /mqt_[\w-]{43}/.exec(await page.locator("main").innerText())?.[0] ?? ""
    await keep(page, "token")
    const asked = await fetch(`${url}prometheus/api/v1/query?query=1`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    expect({ status: asked.status, body: await asked.json() }).toMatchObject({
      status: 200,
      body: { status: "success" },
    })
    expect((await fetch(`${url}prometheus/api/v1/query?query=1`)).status).toBe(401)

    await page.goto(`${url}settings/users`)
    await page.getByRole("button", { name: "Add user" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name", { exact: true }).fill("vera")
    await dialog.getByLabel("Password").fill(password)
    await dialog.getByRole("button", { name: "Add" }).click()
    await eventually(() => page.getByRole("table").innerText()).toContain("vera")
    await keep(page, "users")
    expect(await violations(page)).toEqual([])

    await page.getByRole("link", { name: "Audit log" }).click()
    await eventually(() => page.getByRole("table").innerText()).toMatch(
      /ann\s+user\.add\s+vera[\s\S]*ann\s+token\.add\s+curl[\s\S]*ann\s+login\s+ann[\s\S]*–\s+login\.failed\s+ann/,
    )
    await page.getByLabel("Action").selectOption("user.*")
    await eventually(() => page.getByRole("row").count()).toBe(2)
    expect(new URL(page.url()).search).toBe("?action=user.")
    await keep(page, "audit")
    expect(await violations(page)).toEqual([])
    expect(await page.locator("main").innerText()).not.toContain(secret)
    expect(complaints).toEqual([])

    const { stdout } = await MetricqProcess.run(t, ["users", "list", "--data", "data"], { cwd: folder })
    expect(stdout).toMatch(/ann +administrator .*\nvera +viewer +\S+ +never/)
    await page.getByRole("button", { name: "Log out" }).click()
    await page.getByRole("heading", { name: "Log in" }).waitFor()
  })

  test("a viewer looks at everything, and has no buttons that would be refused", async (t) => {
    const { url } = await guardedNetwork(t, { ann: "administrator", vera: "viewer" })
    const { page, complaints } = await open(t)
    await page.goto(`${url}configuration/source-sysinfo`)
    await logIn(page, "vera")
    await page.getByLabel("Rate", { exact: true }).fill("5")
    await page.getByText("Changing this needs the role operator.").waitFor()
    await keep(page, "viewer")
    for (const name of [/^Save/, /^Apply/, /^Restore/]) expect(await page.getByRole("button", { name }).count()).toBe(0)
    await page.keyboard.press("Control+s")
    expect(await page.getByRole("dialog").count()).toBe(0)
    page.once("dialog", (dialog) => void dialog.accept()) // what is not saved may go
    await page.goto(`${url}settings/retention`)
    await page.getByText("Changing this needs the role administrator.").waitFor()
    expect(await page.getByRole("button", { name: "New rule" }).count()).toBe(0)
    expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0)
    await page.goto(`${url}settings/users`)
    await eventually(() => page.locator("main").innerText()).toContain("There is no page at this address.")
    expect(complaints).toEqual([])
  })

  test("who is logged out while something is open logs in again and goes on", async (t) => {
    const { url, folder } = await guardedNetwork(t, { ann: "administrator" })
    const { page } = await open(t)
    await page.goto(`${url}configuration/source-sysinfo`)
    await logIn(page, "ann")
    await page.getByLabel("Rate", { exact: true }).fill("7")
    const args = ["users", "password", "ann", "--password-stdin", "--data", "data"]
    await MetricqProcess.run(t, args, { cwd: folder, input: "another long secret" })
    await page.getByText("Your session has ended.").waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel("Password").fill("another long secret")
    await page.keyboard.press("Enter")
    await eventually(() => page.getByLabel("Rate", { exact: true }).inputValue()).toBe("7")
    await page.getByRole("button", { name: "Save and apply…" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Save and apply" }).click()
    await eventually(() => page.getByLabel("State of the configuration").innerText()).toMatch(/accepted/)
  })

  test("an open page gets its first user, and wants a login from then on", async (t) => {
    const { url } = await guardedNetwork(t, {})
    const { page } = await open(t)
    await page.goto(`${url}settings`)
    await page.getByText("Open to everybody on this machine").waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole("link", { name: "Add the first user" }).click()
    await page.getByRole("button", { name: "Add user" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name", { exact: true }).fill("ann")
    await dialog.getByLabel("Password").fill(password)
    await dialog.getByRole("button", { name: "Add" }).click()
    await page.getByText("Log in", { exact: true }).first().waitFor()
    await logIn(page, "ann")
    await eventually(() => page.getByRole("table").innerText()).toMatch(/ann/)
  })

  test("how long a database keeps points is changed in a table, and taken by it", async (t) => {
    const { url } = await guardedNetwork(t, { ann: "administrator" })
    const { page, complaints } = await open(t)
    await page.goto(`${url}settings/retention`)
    await logIn(page, "ann")
    await page.getByRole("button", { name: "New rule" }).click()
    await page.getByRole("group", { name: "new rule" }).getByLabel("Pattern", { exact: true }).fill("lab.**")
    await page.getByLabel("How long points of lab.** are kept").fill("often")
    await page.getByText(/retention.raw: /).waitFor()
    await page.getByLabel("How long points of lab.** are kept").fill("30d")
    await page.getByRole("group", { name: "lab.**" }).getByRole("button", { name: "Keep rows" }).click()
    await keep(page, "retention")
    expect(await violations(page)).toEqual([])
    await page.getByRole("button", { name: "Save and apply…" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Note: why").fill("disks are small")
    await dialog.getByRole("button", { name: "Save and apply" }).click()
    await page.getByText("db-timeline keeps to these rules now.").waitFor()
    await page.goto(`${url}settings/audit?action=config.`)
    await eventually(() => page.getByRole("table").innerText()).toMatch(
      /config\.apply\s+db-timeline[\s\S]*config\.set\s+db-timeline[\s\S]*disks are small/,
    )
    expect(complaints).toEqual([])
  })
})
