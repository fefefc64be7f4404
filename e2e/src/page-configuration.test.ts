import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type ConfigDescription, type ConfigPreview, type JsonObject, Source } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { PageNetwork } from "./page-network.js"

/** An agent of a kind that nobody knows beforehand: it has lamps, and none of them is on the moon. */
class LampSource extends Source<JsonObject> {
  override async onConfig(config: JsonObject): Promise<void> {
    await this.declareMetrics(this.previewConfig(config).metrics)
  }

  override configSchema(): ConfigDescription {
    const lamps = { type: "array", items: { type: "string" }, description: "names of the lamps" }
    return { kind: "source-lamp", title: "lamps", schema: { type: "object", properties: { lamps } } }
  }

  override previewConfig({ lamps = [] }: JsonObject): ConfigPreview {
    const names = lamps as string[]
    if (names.includes("moon")) throw new Error("there is no way to the moon")
    return { metrics: Object.fromEntries(names.map((name) => [`lamp.${name}`, { unit: "W", rate: 1 }])) }
  }
}

async function withLamps(t: TestScope): Promise<PageNetwork> {
  const net = await PageNetwork.start(t, "--no-demo")
  await net.configure("source-lamp-1", { lamps: ["desk", "door"] })
  await net.connect(new LampSource(net.clientOptions("source-lamp-1")))
  return net
}

async function open(t: TestScope, net: PageNetwork, path: string) {
  const { page, complaints } = await openPage(t)
  page.setDefaultTimeout(12_000)
  await page.goto(net.page + path)
  return { page, complaints, state: page.getByLabel("State of the configuration"), dialog: page.getByRole("dialog") }
}

/** Keeps a picture where METRICQ_TEST_SCREENSHOTS says, for a look. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 12_000 })
const textOf = (page: Page, selector: string) => eventually(() => page.locator(selector).innerText())

describe.skipIf(noBrowser)(
  noBrowser ? `The configuration page [left out: ${noBrowser}]` : "The configuration page",
  () => {
    test("what two people have changed at once is put together, and where both did, chosen", async (t) => {
      const net = await withLamps(t)
      await net.configure("source-lamp-1", { lamps: ["desk", "door"], rate: 1, host: "a" })
      const mine = await open(t, net, "configuration/source-lamp-1")
      const theirs = await open(t, net, "configuration/source-lamp-1")
      const write = async ({ page }: typeof mine, text: string) => {
        const editor = page.getByRole("textbox", { name: "Document" })
        await eventually(() => editor.innerText()).toContain('"rate"')
        await editor.focus()
        for (const key of ["Control+a", "Delete"]) await page.keyboard.press(key)
        await page.keyboard.insertText(text)
      }
      await write(theirs, '{ "lamps": ["desk", "door"], "rate": 2, "host": "b" }')
      await theirs.page.getByRole("button", { name: "Save…" }).click()
      await theirs.dialog.getByRole("button", { name: "Save" }).click()
      await eventually(() => theirs.state.innerText()).toMatch(/Version 3/)

      await write(mine, '{ "lamps": ["desk", "bed"], "rate": 5, "host": "a" }')
      await mine.page.getByRole("button", { name: "Save…" }).click()
      await mine.dialog.getByRole("button", { name: "Save" }).click()
      await mine.dialog.getByRole("button", { name: "See what they have changed" }).click()
      await eventually(() => mine.dialog.innerText()).toMatch(/Changed by them only: 1; by you only: 1\. At one place/)
      await mine.dialog.getByRole("radio", { name: /Theirs/ }).check()
      await keep(mine.page, "configuration, merge")
      expect(await violations(mine.page)).toEqual([])
      await mine.dialog.getByRole("button", { name: "Go on with this" }).click()
      await eventually(() => mine.page.getByLabel("Compared with").inputValue()).toBe("stored")
      await mine.page.getByRole("button", { name: "Save…" }).click()
      await mine.dialog.getByRole("button", { name: "Save" }).click()
      await eventually(() => mine.state.innerText()).toMatch(/Version 4/)
      const stored = JSON.parse(await net.command(["config", "get", "source-lamp-1"]))
      expect(stored).toMatchObject({ lamps: ["desk", "bed"], rate: 2, host: "b" })
      expect(theirs.complaints).toEqual([])
      // The refusal of the stale revision is an answer with an error, which browsers note.
      expect(mine.complaints.filter((line) => !/409/.test(line))).toEqual([])
    })

    test("an agent of an unknown kind has a form, says what would be, and refuses in its own words", async (t) => {
      const net = await withLamps(t)
      await net.source("source-roof", { metrics: { "lamp.roof": { unit: "W" } } })
      const { page, complaints, state, dialog } = await open(t, net, "configuration/source-lamp-1")
      await textOf(page, "#panel-form").toMatch(/The agent itself has told/)
      await page.getByRole("textbox", { name: "Lamps 2" }).fill("roof")
      await eventually(() => state.innerText()).toMatch(/Effect\s+\+1 metrics, −1, 1 clash/)
      await page.getByRole("tab", { name: /Effect/ }).click()
      await textOf(page, "#panel-effect").toMatch(/lamp\.roof of source-roof[\s\S]*Sent no more: 1[\s\S]*lamp\.door/)
      await keep(page, "configuration, clash")
      await page.getByRole("textbox", { name: "Lamps 2" }).fill("moon")
      await eventually(() => state.innerText()).toMatch(/Effect\s+configuration: there is no way to the moon/)

      await page.getByRole("button", { name: "Save and apply…" }).click()
      await dialog.getByRole("button", { name: "Save and apply" }).click()
      await eventually(() => state.innerText()).toMatch(/Agent\s+refused: there is no way to the moon/)
      await eventually(() => page.locator(".title").innerText()).toMatch(/refused the stored version/)
      await keep(page, "configuration, refused")
      expect(await violations(page)).toEqual([])
      await page.goto(`${net.page}clients?drift=refused`)
      await eventually(() => page.locator("tbody tr").allInnerTexts()).toEqual([
        expect.stringMatching(/source-lamp-1[\s\S]*refused/),
      ])
      await page.getByRole("link", { name: "source-lamp-1", exact: true }).click()
      await textOf(page, "main").toMatch(/Refused\s+Version 2[\s\S]*there is no way to the moon/)
      await keep(page, "client, refused")
      expect(complaints).toEqual([])
    })

    test("what is stored and not applied is shown as outdated, and applied to all who are chosen", async (t) => {
      const net = await withLamps(t)
      await net.configure("source-lamp-2", { lamps: ["attic"] })
      await net.connect(new LampSource(net.clientOptions("source-lamp-2")))
      const { page, complaints } = await open(t, net, "clients?search=lamp")
      const rows = () => page.locator("tbody tr").allInnerTexts()
      await eventually(rows).toEqual([expect.stringMatching(/in force/), expect.stringMatching(/in force/)])
      await net.configure("source-lamp-1", { lamps: ["desk"] })
      await net.configure("source-lamp-2", { lamps: ["moon"] })
      await eventually(rows).toEqual([expect.stringMatching(/outdated/), expect.stringMatching(/outdated/)])
      await page.getByLabel("Any configuration").selectOption("outdated")
      await eventually(() => new URL(page.url()).search).toBe("?search=lamp&drift=outdated")
      await page.getByLabel("Choose all").check()
      await page.getByRole("button", { name: "Apply configurations" }).click()
      const dialog = page.getByRole("dialog")
      await eventually(() => dialog.innerText()).toMatch(
        /1 of 2 have accepted\.\s+source-lamp-1\s+accepted\s+source-lamp-2\s+refused: there is no way to the moon/,
      )
      await keep(page, "clients, applied")
      expect(await violations(page)).toEqual([])
      await dialog.getByRole("button", { name: "Close" }).click()
      await page.getByLabel("Any configuration").selectOption("")
      await eventually(rows).toEqual([expect.stringMatching(/in force/), expect.stringMatching(/refused/)])
      expect(complaints).toEqual([])
    })

    test("formulas are edited as text, checked where they stand, and kept in the document with all that is not theirs", async (t) => {
      const net = await PageNetwork.start(t, "--no-demo")
      const expression = { operation: "/", left: { operation: "sum", inputs: ["lab.a", "lab-2/b"] }, right: "lab.a" }
      const metric = { chunk_size: 10, metadata: { unit: "1" }, note: ["kept"] }
      await net.configure("transformer-hall", { metrics: { "hall.pue": { ...metric, expression } } })
      await net.source("source-lab", { metrics: { "lab.a": { unit: "W" } } })
      const { page, complaints, state, dialog } = await open(t, net, "configuration/transformer-hall")
      const formula = page.getByLabel("hall.pue", { exact: true })
      await eventually(() => formula.inputValue()).toBe('sum(lab.a, "lab-2/b") / lab.a')
      await textOf(page, "#panel-formulas").toMatch(/No such metric:\s+lab-2\/b/)
      await formula.fill("lab.a * (2 +")
      await textOf(page, "#panel-formulas").toMatch(/At 13: a metric or a number is expected/)
      await eventually(() => state.innerText()).toMatch(/a formula is not finished/)
      await keep(page, "configuration, formulas")
      expect(await violations(page)).toEqual([])
      await formula.fill("lab.a * (2 + 1) - 5")
      await textOf(page, "#panel-formulas").toMatch(/hall\.pue\s+in W/)
      await page.getByLabel("New metric").fill("hall.slow")
      await page.getByLabel("Formula", { exact: true }).fill("throttle(hall.pue, 1min)")
      await page.getByRole("button", { name: "Add" }).click()
      await eventually(() => state.innerText()).toMatch(/formulas valid[\s\S]*Effect\s+\+2 metrics/)
      await page.getByRole("button", { name: "Save…" }).click()
      await dialog.getByRole("button", { name: "Save" }).click()
      await eventually(() => state.innerText()).toMatch(/Version 2/)
      const product = { operation: "*", left: "lab.a", right: { operation: "+", left: 2, right: 1 } }
      expect(JSON.parse(await net.command(["config", "get", "transformer-hall"]))).toMatchObject({
        metrics: {
          "hall.pue": { ...metric, expression: { operation: "-", left: product, right: 5 } },
          "hall.slow": { expression: { operation: "throttle", cooldown_period: "1min", input: "hall.pue" } },
        },
      })
      expect(complaints).toEqual([])
    })

    test("what was deleted is restored from its versions", async (t) => {
      const net = await withLamps(t)
      const { page, complaints, state, dialog } = await open(t, net, "configuration/source-lamp-1")
      await page.getByRole("button", { name: "Delete…" }).click()
      await eventually(() => dialog.innerText()).toMatch(/It runs: until it is started anew/)
      await keep(page, "configuration, delete")
      expect(await violations(page)).toEqual([])
      await dialog.getByRole("button", { name: "Delete", exact: true }).click()
      await eventually(() => page.locator(".title").innerText()).toMatch(/deleted/)
      const { configs } = await net.answer("configs")
      expect((configs as { token: string }[]).map(({ token }) => token)).not.toContain("source-lamp-1")
      await page.reload()
      await page.getByRole("button", { name: "Restore version 1" }).click()
      await dialog.getByRole("button", { name: "Restore", exact: true }).click()
      await eventually(() => state.innerText()).toMatch(/Version 3/)
      expect(complaints).toEqual([])
    })
  },
)
