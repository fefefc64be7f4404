import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type ConfigDescription, type JsonObject, Source } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import type { BrowserContextOptions, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { PageNetwork } from "./page-network.js"

/** Measures nothing; takes every rate up to 100, and publishes what it takes. */
class LampSource extends Source<JsonObject> {
  override async onConfig({ rate }: JsonObject): Promise<void> {
    if (Number(rate) > 100) throw new Error(`this lamp cannot do ${rate} a second`)
    await this.declareMetrics({ [`lamp.${this.token}.power`]: { unit: "W", rate: Number(rate) } })
  }

  override configSchema(): ConfigDescription {
    const properties = {
      rate: { type: "number", exclusiveMinimum: 0, description: "Points a second." },
      mode: { enum: ["warm", "cold"] },
      lamps: { type: "array", items: { type: "string" } },
    }
    return { kind: "source-lamp", title: "lamps", schema: { type: "object", properties }, sample: { rate: 1 } }
  }
}

const TOKENS = ["source-lamp-1", "source-lamp-2", "source-lamp-3"]
const eventually = <T>(read: () => T, timeout = 20_000) => expect.poll(read, { timeout })
const rows = (page: Page) => page.locator("tbody tr").allInnerTexts()
const textOf = (page: Page, selector: string) => eventually(() => page.locator(selector).innerText())

/** Three lamps, of which the third does not run. */
async function withLamps(t: TestScope) {
  const net = await PageNetwork.start(t, "--no-demo")
  for (const token of TOKENS) await net.configure(token, { rate: 1, lamps: ["desk"] })
  const lamps: LampSource[] = []
  for (const token of TOKENS.slice(0, 2)) lamps.push(await net.connect(new LampSource(net.clientOptions(token))))
  const last = await net.connect(new LampSource(net.clientOptions("source-lamp-3")))
  await last.stop()
  return { net, lamps }
}

async function open(t: TestScope, net: PageNetwork, path: string, options?: BrowserContextOptions) {
  const opened = await openPage(t, options)
  opened.page.setDefaultTimeout(12_000)
  await opened.page.goto(net.page + path)
  return { ...opened, dialog: opened.page.getByRole("dialog") }
}

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `clients ${name}.png`) })
}

describe.skipIf(noBrowser)(noBrowser ? `Clients on the page [left out: ${noBrowser}]` : "Clients on the page", () => {
  test("labels are put on one and on many, shown, filtered and grouped by, and kept in the address", async (t) => {
    const { net } = await withLamps(t)
    const { page, complaints, dialog } = await open(t, net, "clients?search=lamp")
    await eventually(() => rows(page)).toHaveLength(3)
    await page.getByLabel("Choose source-lamp-1", { exact: true }).check()
    await page.getByLabel("Choose source-lamp-2", { exact: true }).check()
    await page.getByRole("button", { name: "Labels…" }).click()
    await page.getByLabel("New label").fill("room=A")
    await dialog.getByRole("button", { name: "Add" }).click()
    await page.getByLabel("New label").fill("no label")
    await eventually(() => dialog.innerText()).toMatch(/cannot be the key of a label/)
    await page.getByLabel("New label").fill("spare")
    await keep(page, "labels")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Save" }).click()
    await eventually(() => rows(page)).toEqual([
      expect.stringMatching(/source-lamp-1\s+room=A\s+spare/),
      expect.stringMatching(/source-lamp-2\s+room=A\s+spare/),
      expect.stringMatching(/source-lamp-3\s+gone/),
    ])

    await page.goto(`${net.page}clients/source-lamp-2`)
    await page.getByRole("button", { name: "Change", exact: true }).click()
    await page.getByLabel("room", { exact: true }).fill("B")
    await dialog.getByRole("button", { name: "Remove the label spare" }).click()
    await dialog.getByRole("button", { name: "Save" }).click()
    await textOf(page, "main").toMatch(/Labels\s+room=B\s+Change/)
    expect(await net.command(["client", "label", "source-lamp-2"])).toBe("source-lamp-2  room=B")

    await page.goto(`${net.page}clients?search=lamp`)
    await page.getByLabel("Group", { exact: true }).selectOption("room")
    await eventually(() => rows(page)).toEqual([
      ...[expect.stringMatching(/room: A\s+1/), expect.stringMatching(/source-lamp-1/)],
      ...[expect.stringMatching(/room: B\s+1/), expect.stringMatching(/source-lamp-2/)],
      ...[expect.stringMatching(/without room\s+1/), expect.stringMatching(/source-lamp-3/)],
    ])
    await keep(page, "grouped")
    expect(await violations(page)).toEqual([])
    await page.getByRole("link", { name: "room=B" }).click()
    await eventually(() => new URL(page.url()).search).toBe("?search=lamp&label=room%3DB&group=room")
    await eventually(() => rows(page)).toHaveLength(2)
    await page.reload()
    await eventually(() => rows(page)).toEqual([expect.stringMatching(/room: B/), expect.stringMatching(/lamp-2/)])
    await page.getByRole("button", { name: "No longer only room=B" }).click()
    await eventually(() => rows(page)).toHaveLength(6)
    expect(complaints).toEqual([])
  }, 90_000)

  test("one field of many is changed: seen for each, one taken out, saved, applied, and each says what it makes of it", async (t) => {
    const { net } = await withLamps(t)
    const { page, complaints, dialog } = await open(t, net, "clients?search=lamp")
    await eventually(() => rows(page)).toHaveLength(3)
    await page.getByLabel("Choose all").check()
    await page.getByRole("button", { name: "Change configurations…" }).click()
    await page.getByLabel("Field").selectOption("Rate")
    await page.getByLabel("Value").fill("500")
    await dialog.getByRole("button", { name: "Set", exact: true }).click()
    const patch = page.getByLabel(/^What becomes of each document/)
    await eventually(() => patch.inputValue()).toMatch(/"rate": 500/)
    await keep(page, "patch, written")
    expect(await violations(page)).toEqual([])
    await patch.fill('{"rate": 0}')
    await dialog.getByRole("button", { name: "Show what changes" }).click()
    await eventually(() => dialog.innerText()).toMatch(
      /1 of 3 will change[\s\S]*source-lamp-1\s+would not be valid\s+rate 1 → 0\s+rate: expected a number > 0, got 0/,
    )
    await dialog.getByRole("button", { name: "Back" }).click()
    await patch.fill('{"rate": 500')
    await eventually(() => dialog.locator(".error").count()).toBe(1)
    await patch.fill('{"rate": 500, "mode": "warm", "lamps": null}')
    await dialog.getByRole("button", { name: "Show what changes" }).click()
    await eventually(() => dialog.innerText()).toMatch(
      /3 of 3 will change[\s\S]*source-lamp-1\s+rate 1 → 500\s+mode new → "warm"\s+lamps \["desk"\] → gone/,
    )
    await dialog.getByLabel("Choose source-lamp-2").uncheck()
    await page.getByLabel("Note: why").fill("warm light")
    await keep(page, "patch, looked at")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Save and apply 2" }).click()
    await eventually(() => dialog.innerText()).toMatch(
      /0 of 2 have accepted[\s\S]*lamp-1\s+saved and refused: this lamp cannot do 500 a second[\s\S]*lamp-3\s+saved; did not answer: not connected/,
    )
    await keep(page, "patch, done")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Close" }).click()
    await eventually(() => rows(page)).toEqual([
      expect.stringMatching(/source-lamp-1[\s\S]*refused/),
      expect.stringMatching(/source-lamp-2[\s\S]*in force/),
      expect.stringMatching(/source-lamp-3[\s\S]*outdated/),
    ])
    const { versions } = await net.answer("configs/source-lamp-1/versions")
    expect(versions).toMatchObject([{ version: 2, note: "warm light" }, { version: 1 }])
    expect(JSON.parse(await net.command(["config", "get", "source-lamp-2"]))).toEqual({ rate: 1, lamps: ["desk"] })
    const { entries } = await net.answer("audit?action=config.patch")
    expect(entries).toHaveLength(2)
    expect(complaints).toEqual([])
  }, 90_000)

  test("the list follows what happens without being asked, and tells what waits for a client", async (t) => {
    const { net, lamps } = await withLamps(t)
    const { page, complaints } = await open(t, net, "clients?role=db")
    await eventually(() => rows(page)).toEqual([
      expect.stringMatching(/db-timeline\s+up\s+database[\s\S]*\s0\s+in force/),
    ])
    await page.getByLabel("Any role").selectOption("")
    await page.getByLabel("Find clients").fill("lamp")
    await eventually(() => rows(page)).toHaveLength(3)
    const asked: string[] = []
    page.on("request", (request) => asked.push(new URL(request.url()).pathname))
    await lamps[1]?.stop()
    await eventually(() => rows(page)).toEqual([
      expect.stringMatching(/source-lamp-1\s+up/),
      expect.stringMatching(/source-lamp-2\s+gone \d+/),
      expect.stringMatching(/source-lamp-3\s+gone/),
    ])
    const again = await net.connect(new LampSource(net.clientOptions("source-lamp-2")))
    await eventually(() => rows(page)).toEqual([
      expect.stringMatching(/source-lamp-1\s+up/),
      expect.stringMatching(/source-lamp-2\s+up/),
      expect.stringMatching(/source-lamp-3\s+gone/),
    ])
    expect(asked.filter((path) => path.includes("clients"))).toEqual([])
    await again.stop()
    expect(complaints).toEqual([])
  }, 90_000)

  test("what was found about a client is on its page: what holds on top, then what is over", async (t) => {
    const { net } = await withLamps(t)
    await net.call("PUT", "health/settings", { thresholds: { sweepS: 0.5 } })
    const { page, complaints } = await open(t, net, "clients/source-lamp-1")
    const main = page.locator("main")
    await eventually(() => main.innerText()).toMatch(/in force/)
    const configure = async (rate: number) => {
      await net.configure("source-lamp-1", { rate })
      await net.answer("configs/source-lamp-1/apply", {})
    }
    await configure(500)
    await eventually(() => main.innerText(), 60_000).toMatch(
      /Findings[\s\S]*Configuration refused[\s\S]*this lamp cannot do 500 a second[\s\S]*for \d+\s(s|min)[\s\S]*About/,
    )
    await keep(page, "findings, open")
    expect(await violations(page)).toEqual([])
    const [finding] = (await net.answer("health/findings?client=source-lamp-1")).findings as { id: string }[]
    expect(await page.getByRole("link", { name: "Configuration refused" }).getAttribute("href")).toContain(finding?.id)
    await configure(1)
    await eventually(() => main.innerText(), 60_000).toMatch(
      /About[\s\S]*Findings\s+over\s+Configuration refused[\s\S]*ago, after \d+\s(s|min)/,
    )
    await keep(page, "findings, over")
    expect(await violations(page)).toEqual([])
    await page.getByRole("link", { name: "All findings that are over" }).click()
    await eventually(() => main.innerText()).toMatch(/source-lamp-1[\s\S]*Configuration refused/)
    expect(complaints).toEqual([])
  }, 150_000)

  test("in German, in the dark and on a phone", async (t) => {
    const { net } = await withLamps(t)
    await net.command(["client", "label", "source-lamp-*", "raum=A"])
    for (const [name, options] of [
      ["German, dark", { locale: "de-DE", colorScheme: "dark" }],
      ["phone", { viewport: { width: 390, height: 844 } }],
    ] as const) {
      const { page, complaints, dialog } = await open(t, net, "clients?search=lamp&group=raum", options)
      await eventually(() => rows(page)).toHaveLength(4)
      const isGerman = name !== "phone"
      await page.getByLabel(isGerman ? "Alle auswählen" : "Choose all").check()
      await keep(page, name)
      const look = async (what: string) => {
        expect({ name, what, found: await violations(page) }).toEqual({ name, what, found: [] })
        const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
        expect({ name, what, isTooWide }).toEqual({ name, what, isTooWide: false })
      }
      await look("list")
      await page.getByRole("button", { name: isGerman ? "Konfigurationen ändern …" : "Change configurations…" }).click()
      await page.getByLabel(isGerman ? "Feld" : "Field").selectOption("Rate")
      await page.getByLabel(isGerman ? "Wert" : "Value").fill("2")
      await page.keyboard.press("Enter")
      await keep(page, `${name}, patch`)
      await look("patch")
      await dialog.getByRole("button", { name: isGerman ? "Zeigen, was sich ändert" : "Show what changes" }).click()
      await eventually(() => dialog.innerText()).toMatch(isGerman ? /3 von 3 werden geändert/ : /3 of 3 will change/)
      await keep(page, `${name}, looked at`)
      await look("plan")
      expect(complaints).toEqual([])
    }
  }, 120_000)
})
