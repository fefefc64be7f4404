import { type HistoryClient, type JsonObject, type Metadata, Source, Timestamp } from "@metricq/client"
import { onTestEnd, TestCombinator, type TestScope } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { PageNetwork } from "./page-network.js"
import { keep } from "./screenshots.js"

const OLD = "lab.rack1.pwr"
const NEW = "lab.rack1.power"
const SENSOR = "lab.sensor.power"

/** Sends a number ten times a second, under the first name of its configuration; takes none while it is stubborn. */
class Counting extends Source<{ metrics: Record<string, Metadata> }> {
  sent = 0
  isStubborn = false
  #name = ""
  #timer: NodeJS.Timeout | undefined

  override async onConfig({ metrics }: { metrics: Record<string, Metadata> }): Promise<void> {
    if (this.isStubborn) throw new Error("the device is busy")
    await this.declareMetrics(metrics)
    this.#name = Object.keys(metrics)[0]!
  }

  begin(t: TestScope): this {
    this.#timer = setInterval(
      () => void this.send(this.#name, Timestamp.now(), 200 + 10 * Math.sin(this.sent++ / 20)),
      100,
    )
    onTestEnd(t, async () => this.pause())
    return this
  }

  pause(): void {
    clearInterval(this.#timer)
  }
}

/** A network with a source of one metric, a combinator that reads it, a sink, and a database for all; the page of the metric. */
async function start(t: TestScope) {
  const net = await PageNetwork.start(t)
  const counting = async (token: string, name: string) => {
    const metrics = { [name]: { unit: "W", rate: 10, description: "feed of the first rack" } }
    await net.configure(token, { metrics })
    return (await net.connect(new Counting(net.clientOptions(token)))).begin(t)
  }
  const source = await counting("source-rack", OLD)
  const half = { expression: { operation: "/", left: OLD, right: 2 } }
  await net.configure("transformer-half", { metrics: { "lab.rack1.half": half } })
  await net.connect(new TestCombinator(net.clientOptions("transformer-half")))
  await net.sink("sink-logbook", [OLD])
  const history = await net.history("history-rename")
  const { page, complaints } = await openPage(t)
  page.setDefaultTimeout(20_000)
  return { net, source, counting, history, page, complaints }
}

const everything = { start: Timestamp.fromNs(1n), end: Timestamp.fromNs(2n ** 62n) }
const countOf = async (history: HistoryClient, metric: string) =>
  Number((await history.historyAggregate(metric, everything)).count)
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 })
const configOf = async (net: PageNetwork, token: string): Promise<JsonObject> => {
  const answer = await fetch(`${net.page}api/v1/configs/${token}`)
  return ((await answer.json()) as { config: JsonObject }).config
}

async function openDialog(page: Page, net: PageNetwork, metric: string, to: string) {
  await page.goto(`${net.page}metrics/${metric}`)
  await page.getByRole("button", { name: "Rename…" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByRole("textbox", { name: "New name" }).fill(to)
  return dialog
}

describe.skipIf(noBrowser)(noBrowser ? `Rename [left out: ${noBrowser}]` : "Rename", () => {
  test("a metric is renamed with its history, while it is measured, after all differences were shown", {
    timeout: 90_000,
  }, async (t) => {
    const { net, source, history, page, complaints } = await start(t)
    await eventually(() => countOf(history, OLD).catch(() => 0)).toBeGreaterThan(30)
    await net.call("PATCH", "metrics", { metadata: { [OLD]: { description: "main feed" } } })
    const dialog = await openDialog(page, net, OLD, NEW)
    await keep(page, "rename, the wish")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Show what changes" }).click()
    await eventually(() => dialog.innerText()).toMatch(/source-rack gets the name from its configuration/)
    const text = await dialog.innerText()
    expect(text).toMatch(/db-timeline has [\d,]+ points\. Only their name changes\./)
    expect(text).toMatch(/sink-logbook\S* receives lab\.rack1\.pwr/)
    expect(text).not.toContain("web-live")
    expect(text).toContain("Dashboards, saved links and scripts")
    await dialog.getByText("transformer-half", { exact: false }).first().click()
    await eventually(() => dialog.innerText()).toMatch(/"left": "lab\.rack1\.power"/)
    await keep(page, "rename, the plan")
    await page.setViewportSize({ width: 390, height: 844 })
    await keep(page, "rename, the plan on a phone")
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.setViewportSize({ width: 1400, height: 860 })
    await page.emulateMedia({ colorScheme: "dark" })
    await keep(page, "rename, the plan in the dark")
    expect(await violations(page)).toEqual([])

    source.isStubborn = true
    await dialog.getByRole("button", { name: "Rename", exact: true }).click()
    await eventually(() => dialog.innerText()).toMatch(/the agent refuses it: .*the device is busy/)
    await keep(page, "rename, refused")
    expect(await violations(page)).toEqual([])
    expect(await configOf(net, "source-rack")).toMatchObject({ metrics: { [OLD]: {} } })
    source.isStubborn = false
    await dialog.getByRole("button", { name: "Look again and go on" }).click()
    await dialog.getByRole("button", { name: "Rename", exact: true }).click()
    await eventually(() => dialog.innerText()).toContain(`${OLD} is ${NEW} now.`)
    await keep(page, "rename, done")
    await dialog.getByRole("button", { name: "Close" }).click()
    await eventually(() => page.getByRole("heading", { level: 1 }).innerText()).toBe(NEW)
    await eventually(() => page.locator("main").innerText()).toContain("main feed")
    await eventually(() => page.locator("main").innerText()).toContain("Renamed")

    await eventually(async () => (await countOf(history, NEW)) >= source.sent - 5).toBe(true)
    expect(await configOf(net, "transformer-half")).toMatchObject({
      metrics: { "lab.rack1.half": { expression: { left: NEW } } },
    })
    expect((await fetch(`${net.page}api/v1/metrics/${OLD}`)).status).toBe(404)
    expect(complaints).toEqual([])
  })

  test("a new sensor goes on with the history of the one it replaces, and what cannot be renamed says why", {
    timeout: 90_000,
  }, async (t) => {
    const { net, source, counting, history, page, complaints } = await start(t)
    await eventually(() => countOf(history, OLD).catch(() => 0)).toBeGreaterThan(10)
    source.pause()
    const sensor = await counting("source-sensor", SENSOR)
    await eventually(() => countOf(history, SENSOR).catch(() => 0)).toBeGreaterThan(10)
    const dialog = await openDialog(page, net, SENSOR, OLD)
    await dialog.getByRole("radio", { name: /Only store it/ }).check()
    await dialog.getByRole("button", { name: "Show what changes" }).click()
    await eventually(() => dialog.innerText()).toContain(`source-rack already sends ${OLD}. Choose another name.`)
    const act = dialog.getByRole("button", { name: "Store under the new name" })
    expect(await act.isDisabled()).toBe(true)
    await keep(page, "rename, in the way")
    expect(await violations(page)).toEqual([])

    await source.stop()
    await eventually(async () => {
      await dialog.getByRole("button", { name: "Back" }).click()
      await dialog.getByRole("button", { name: "Show what changes" }).click()
      await dialog.getByText("goes on sending under the old name").waitFor()
      return act.isEnabled()
    }).toBe(true)
    await dialog.getByText("db-timeline").last().click()
    await keep(page, "rename, an alias")
    await act.click()
    await eventually(() => dialog.innerText()).toContain(`${SENSOR} is stored as ${OLD} now.`)
    await dialog.getByRole("button", { name: "Close" }).click()
    await eventually(() => page.getByRole("heading", { level: 1 }).innerText()).toBe(OLD)
    const before = await countOf(history, OLD)
    await eventually(() => countOf(history, OLD)).toBeGreaterThan(before + 5)
    expect(before).toBeGreaterThan(sensor.sent / 2)
    expect(await configOf(net, "db-timeline")).toMatchObject({ metrics: { [OLD]: { input: SENSOR } } })
    expect(complaints).toEqual([])
  })
})
