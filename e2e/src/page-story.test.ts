import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { PageNetwork } from "./page-network.js"
import { keep } from "./screenshots.js"

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })
const textOf = (page: Page, selector: string) => eventually(() => page.locator(selector).innerText())
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)

/** Points of a metric in what the chart shows, as the table below it says. */
async function pointsOf(page: Page, metric: string): Promise<number> {
  const row = page.locator("tbody tr", { hasText: metric })
  return Number((await row.locator("td").nth(6).innerText()).replaceAll(/\D/g, ""))
}

const title = "From nothing to a changed rate"
describe.skipIf(noBrowser)(noBrowser ? `${title} [left out: ${noBrowser}]` : title, { timeout: 120_000 }, () => {
  test("the CPU of this machine is seen, zoomed into and sent; its rate is changed, accepted, seen, and taken back", async (t) => {
    const began = performance.now()
    const net = await PageNetwork.start(t)
    const { page, complaints } = await openPage(t, { permissions: ["clipboard-read", "clipboard-write"] })
    page.setDefaultTimeout(15_000)
    await page.goto(net.page)
    await page.getByRole("link", { name: "Show in a chart" }).click()
    await textOf(page, "main").toMatch(/\S+\.cpu\.usage/)
    const [metric = ""] = /\S+\.cpu\.usage/.exec(await page.locator("main").innerText()) ?? []
    expect(parameter(page, "live")).toBe("1")
    await eventually(() => pointsOf(page, metric)).toBeGreaterThan(0)
    const before = await pointsOf(page, metric)
    await eventually(() => pointsOf(page, metric)).toBeGreaterThan(before)
    await keep(page, "story, chart")

    const box = (await page.locator(".chart").boundingBox())!
    await page.mouse.move(box.x + box.width - 60, box.y + 80)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 12, box.y + 100, { steps: 4 })
    await page.mouse.up()
    await eventually(() => parameter(page, "live")).toBeNull()
    const zoomed = page.url()
    await page.getByRole("button", { name: "Copy link" }).click()
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toBe(zoomed)
    const colleague = await openPage(t)
    await colleague.page.goto(zoomed)
    await eventually(() => pointsOf(colleague.page, metric)).toBeGreaterThan(0)
    const seen = ["from", "to", "m"].map((name) => parameter(colleague.page, name))
    expect(seen).toEqual(["from", "to", "m"].map((name) => parameter(page, name)))
    await keep(colleague.page, "story, link")
    expect(performance.now() - began).toBeLessThan(60_000)

    const { state, dialog } = await changeRate(page)
    const chart = colleague.page
    await chart.goto(`${net.page}explore?from=now-10s&to=now&live=1&m=${metric}`)
    await eventually(() => pointsOf(chart, metric)).toBeGreaterThan(30)
    await keep(chart, "story, five a second")

    await page.getByRole("tab", { name: /Versions/ }).click()
    await page.getByRole("button", { name: "Compare with version 1" }).click()
    await textOf(page, "#panel-differences").toMatch(/"rate": 1[\s\S]*"rate": 5/)
    await keep(page, "story, versions")
    expect(await violations(page)).toEqual([])
    await page.getByRole("button", { name: "Restore version 1" }).click()
    await dialog.getByRole("button", { name: "Restore", exact: true }).click()
    await eventually(() => state.innerText()).toMatch(/works with version 2[\s\S]*Version 3/)
    await page.getByRole("button", { name: "Apply", exact: true }).click()
    await eventually(() => state.innerText()).toMatch(/accepted/)
    await expect.poll(() => pointsOf(chart, metric), { timeout: 20_000 }).toBeLessThan(15)
    await keep(chart, "story, one a second")
    expect([...complaints, ...colleague.complaints]).toEqual([])
  })
})

/** From the chart to the form of source-sysinfo; five times a second is compared, applied and accepted. */
async function changeRate(page: Page) {
  await page.getByRole("navigation").getByRole("link", { name: "Configuration" }).click()
  await page.getByRole("link", { name: "source-sysinfo" }).click()
  const state = page.getByLabel("State of the configuration")
  const dialog = page.getByRole("dialog")
  const rate = page.getByLabel("Rate", { exact: true })
  await rate.fill("0")
  await eventually(() => state.innerText()).toMatch(/1 error[\s\S]*Line 2\s+rate expected/)
  await rate.fill("5")
  const editor = page.getByRole("textbox", { name: "Document" })
  await eventually(() => editor.innerText()).toContain('"rate": 5')
  await eventually(() => state.innerText()).toMatch(
    /valid\s+Changes\s+\+1 −1.*\s+Effect\s+\+0 metrics, −0, 0 clashes, \d+ changed/,
  )
  await page.getByRole("tab", { name: /Effect/ }).click()
  await textOf(page, "#panel-effect").toMatch(/As the running agent says[\s\S]*rate 1\sHz → 5\sHz/)
  await keep(page, "story, effect")
  expect(await violations(page)).toEqual([])
  await page.getByRole("button", { name: "Save and apply…" }).click()
  expect(await dialog.innerText()).toMatch(/"rate": 1[\s\S]*"rate": 5/)
  await keep(page, "story, save")
  expect(await violations(page)).toEqual([])
  await dialog.getByLabel("Note: why").fill("a closer look")
  await dialog.getByRole("button", { name: "Save and apply" }).click()
  await eventually(() => state.innerText()).toMatch(/accepted[\s\S]*Version 2 · .*a closer look/)
  return { state, dialog }
}
