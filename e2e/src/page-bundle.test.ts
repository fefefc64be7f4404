import { mkdirSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type JsonObject, Source } from "@metricq/client"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import type { BrowserContextOptions, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { PageNetwork } from "./page-network.js"

/** An agent that takes what it gets, but no rate above ten. */
class LabSource extends Source<JsonObject> {
  override async onConfig({ rate }: JsonObject): Promise<void> {
    if (Number(rate) > 10) throw new Error("the lab is not that fast")
  }
}

const lab = { url: "mqtt://me:hush@broker.example/", rate: 1, hosts: [{ name: "a", password: "hush" }] }

async function withLab(t: TestScope): Promise<PageNetwork> {
  const net = await PageNetwork.start(t, "--no-demo", "--config-days", "365")
  await net.configure("source-lab", lab)
  await net.configure("source-old", { z: 1, a: 2 })
  await net.connect(new LabSource(net.clientOptions("source-lab")))
  return net
}

async function open(t: TestScope, net: PageNetwork, path: string, options?: BrowserContextOptions) {
  const { page, complaints } = await openPage(t, options)
  page.setDefaultTimeout(15_000)
  await page.goto(net.page + path)
  return { page, complaints, main: page.getByRole("main") }
}

/** Keeps pictures where METRICQ_TEST_SCREENSHOTS says, for a look: in both themes. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  const before = await page.evaluate(() => document.documentElement.dataset.theme ?? "light")
  for (const theme of ["light", "dark"]) {
    await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
    await page.screenshot({ path: join(folder, `${name}, ${theme}.png`) })
  }
  await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), before)
}

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })
const stored = async (net: PageNetwork, token: string) => JSON.parse(await net.command(["config", "get", token]))
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

describe.skipIf(noBrowser)(noBrowser ? `Bundles at the page [left out: ${noBrowser}]` : "Bundles at the page", () => {
  test("what is exported, changed in a file and imported is compared, chosen, stored and applied", async (t) => {
    const net = await withLab(t)
    const folder = await temporaryFolder(t, "bundle")
    const { page, complaints, main } = await open(t, net, "configuration")
    await eventually(() => main.innerText()).toContain("source-old")
    await keep(page, "configuration, list")
    const saved = page.waitForEvent("download")
    await page.getByRole("button", { name: "Export all" }).click()
    const file = join(folder, (await saved).suggestedFilename())
    await (await saved).saveAs(file)
    const text = await readFile(file, "utf8")
    expect(text).not.toContain("hush")
    const bundle = JSON.parse(text)
    expect(Object.keys(bundle.configurations)).toEqual(expect.arrayContaining(["source-lab", "source-old"]))

    await page.getByRole("checkbox", { name: "Choose source-old" }).check()
    const few = page.waitForEvent("download")
    await page.getByRole("button", { name: "Export 1" }).click()
    expect(Object.keys(JSON.parse(await readFile(await (await few).path(), "utf8")).configurations)).toEqual([
      "source-old",
    ])

    bundle.configurations["source-lab"].rate = 5
    bundle.configurations["source-lab"].hosts.push({ name: "b", password: { $env: "LAB_B" } })
    bundle.configurations["source-new"] = { rate: 1 }
    bundle.configurations["source-wrong"] = { password: "******" }
    delete bundle.configurations["source-old"]
    await writeFile(file, JSON.stringify(bundle))
    await page.getByRole("link", { name: "Import…" }).click()
    await page.getByLabel("Files with configurations", { exact: true }).last().setInputFiles(file)
    await eventually(() => main.innerText()).toMatch(/source-lab\s+changed/)
    expect(await main.innerText()).toMatch(/source-wrong\s+new\s+password: it is left out in the bundle/)
    expect(await main.innerText()).toMatch(/Stored and not in it, they stay \(1\):\s+source-old/)
    expect(await page.getByRole("checkbox", { name: "Import source-wrong" }).isChecked()).toBe(false)
    await keep(page, "import, compared")
    expect(await violations(page)).toEqual([])

    await page.getByLabel("Note: why").fill("release 7")
    await page.getByRole("button", { name: "Save 2" }).click()
    await eventually(() => main.innerText()).toMatch(/source-lab\s+changed\s+saved as version 2\s+accepted/)
    expect(await main.innerText()).toMatch(/source-new\s+new\s+saved as version 1\s+not connected/)
    await keep(page, "import, done")
    expect(await violations(page)).toEqual([])
    const hosts = [...lab.hosts, { name: "b", password: { $env: "LAB_B" } }]
    expect(await stored(net, "source-lab")).toEqual({ ...lab, rate: 5, hosts })
    const [version] = JSON.parse(await net.command(["config", "versions", "source-lab", "--json"]))
    expect(version).toMatchObject({ version: 2, note: "release 7" })
    expect(complaints).toEqual([])
  })

  test("a change that somebody has made meanwhile is kept, and a bad file is told with its line", async (t) => {
    const net = await withLab(t)
    const { page, complaints, main } = await open(t, net, "configuration?import=")
    const input = page.getByLabel("Files with configurations", { exact: true }).last()
    const choose = (name: string, text: string) =>
      input.setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) })
    await choose("source-lab.json", '{\n  "rate": 2,\n}')
    await eventually(() => main.innerText()).toContain("source-lab.json, line 3: a name in quotes is expected")
    await choose("source-lab.json", JSON.stringify({ ...lab, rate: 99 }))
    await eventually(() => main.innerText()).toMatch(/source-lab\s+changed/)
    await net.configure("source-lab", { ...lab, rate: 3 })
    await page.getByRole("button", { name: "Save 1" }).click()
    await eventually(() => main.innerText()).toMatch(/not saved: somebody else has changed it meanwhile/)
    expect(await stored(net, "source-lab")).toMatchObject({ rate: 3 })
    await page.getByRole("button", { name: "Compare again" }).click()
    await page.getByRole("button", { name: "Save 1" }).click()
    await eventually(() => main.innerText()).toMatch(/saved as version 3\s+refused: the lab is not that fast/)
    expect(await stored(net, "source-lab")).toMatchObject({ rate: 99 })
    expect(complaints).toEqual([])
  })

  test("on a phone nothing is wider than it, and the settings say how long versions stay", async (t) => {
    const net = await withLab(t)
    const { page, complaints, main } = await open(t, net, "configuration", { viewport: { width: 390, height: 800 } })
    await eventually(() => main.innerText()).toContain("source-old")
    await keep(page, "configuration, list, phone")
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.getByRole("link", { name: "Import…" }).click()
    const buffer = Buffer.from(JSON.stringify({ ...lab, rate: 2, description: "a long line ".repeat(20) }))
    await page
      .getByLabel("Files with configurations", { exact: true })
      .last()
      .setInputFiles({ name: "source-lab.json", mimeType: "application/json", buffer })
    await eventually(() => main.innerText()).toMatch(/source-lab\s+changed/)
    await keep(page, "import, phone")
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await violations(page)).toEqual([])
    await page.goto(`${net.page}settings/retention`)
    await eventually(() => main.innerText()).toContain(
      "The newest 1000 of each are kept, and each for 365 days after it was replaced.",
    )
    await keep(page, "retention, phone")
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test("a hostlist in the form tells what it stands for, or what is wrong with it", async (t) => {
    const net = await PageNetwork.start(t, "--no-demo")
    await net.configure("source-ipmi-rack", {
      interval: "10s",
      ipmi_hosts: [
        {
          hosts: "bmc[01-16].example",
          names: "rack.n[01-16]",
          username: "u",
          password: { $env: "METRICQ_SECRET_BMC" },
          sensors: {},
        },
      ],
    })
    const { page, complaints, main } = await open(t, net, "configuration/source-ipmi-rack")
    await eventually(() => main.innerText()).toMatch(
      /Stands for 16:\s+bmc01\.example, bmc02\.example, bmc03\.example, … bmc16\.example/,
    )
    await keep(page, "hostlist")
    const german = await open(t, net, "configuration/source-ipmi-rack", { locale: "de-DE" })
    await eventually(() => german.main.innerText()).toMatch(/Adressen von BMCs, wo nötig mit Port.*\s+Steht für 16:/)
    await keep(german.page, "hostlist, German")
    await page.getByLabel("Hosts", { exact: true }).last().fill("bmc[01-")
    await eventually(() => main.innerText()).toContain("This is no list of names such as node[01-16].example.")
    await keep(page, "hostlist, wrong")
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })
})
