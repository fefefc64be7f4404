import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"
import { keep } from "./screenshots.js"

interface DevServer {
  startDevServer(port?: number, prefix?: string): Promise<{ url: string; stop(): Promise<void> }>
}

const THREE = "m=lab.ariel.power&m=lab.ariel.s0.package.power&m=hall.inlet.temperature"

/** The page below a prefix, with made-up metrics behind it. */
async function madeUp(t: TestScope): Promise<string> {
  const address = new URL("../../packages/web/ui/dev/server.mjs", import.meta.url).href
  const { startDevServer }: DevServer = await import(address)
  const server = await startDevServer(0, "/some/where/")
  onTestEnd(t, () => server.stop())
  return server.url
}

/** How many pixels of the data layer are not empty. */
function inked(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>(".chart canvas")[1]
    if (!canvas) return 0
    const copy = new OffscreenCanvas(canvas.width, canvas.height)
    const context = copy.getContext("2d", { willReadFrequently: true })
    if (!context) return 0
    context.drawImage(canvas, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    let count = 0
    for (let i = 3; i < data.length; i += 4) if (data[i]) count++
    return count
  })
}

const spanOf = (page: Page) => {
  const query = new URL(page.url()).searchParams
  return Number(query.get("to")) - Number(query.get("from"))
}

describe.skipIf(noBrowser)(noBrowser ? `Explore [left out: ${noBrowser}]` : "Explore", () => {
  test("draws what the address says, zooms by hand, and steps back", async (t) => {
    const url = await madeUp(t)
    const { page, complaints } = await openPage(t)
    await page.goto(`${url}explore?from=now-6h&to=now&${THREE}`)
    await expect.poll(() => inked(page), { timeout: 10_000 }).toBeGreaterThan(5000)
    const row = page.locator("tbody tr", { hasText: "lab.ariel.power" })
    await expect.poll(() => row.innerText()).toMatch(/kWh/)

    await page.mouse.move(900, 200)
    await expect.poll(() => page.locator("thead").innerText()).toMatch(/at \d\d:\d\d:\d\d/)
    await keep(page, "explore-light")

    await page.mouse.move(600, 200)
    await page.mouse.down()
    await page.mouse.move(800, 220, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => spanOf(page)).toBeLessThan(2 * 3_600_000)
    const zoomed = page.url()
    await page.mouse.wheel(0, -400)
    await expect.poll(() => spanOf(page)).toBeLessThan(3_600_000)
    await page.mouse.dblclick(700, 200)
    await expect.poll(() => page.url()).toBe(zoomed)
    await page.goBack()
    await expect.poll(() => page.url()).toContain("from=now-6h&to=now")
    await expect.poll(() => inked(page)).toBeGreaterThan(5000)
    expect(complaints).toEqual([])
  })

  test("works from the keyboard alone: search, add, move, follow, help", async (t) => {
    const url = await madeUp(t)
    const { page, complaints } = await openPage(t)
    await page.goto(`${url}explore`)
    await page.getByRole("button", { name: /lab\.ariel\.power/ }).waitFor()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("clnd07")
    await page.getByRole("option", { name: "cluster.node07.power" }).waitFor()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect.poll(() => page.url()).toContain("live=1&m=cluster.node07.power")
    await expect.poll(() => inked(page), { timeout: 10_000 }).toBeGreaterThan(1000)
    await page.keyboard.press("ArrowLeft")
    await expect.poll(() => page.url()).not.toContain("live=1")
    await page.keyboard.press("Space")
    await expect.poll(() => page.url()).toContain("from=now-1h&to=now&live=1")
    await page.keyboard.press("?")
    await page.getByRole("dialog").getByText("zoom at the pointer").waitFor()
    await keep(page, "explore-help")
    expect(complaints).toEqual([])
  })

  const screens = {
    dark: { colorScheme: "dark" as const, deviceScaleFactor: 2, locale: "de-DE" },
    phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  }
  for (const [name, options] of Object.entries(screens)) {
    test(`fits the screen: ${name}`, async (t) => {
      const url = await madeUp(t)
      const { page, complaints } = await openPage(t, options)
      await page.goto(`${url}explore?from=now-6h&to=now&${THREE}`)
      await expect.poll(() => inked(page), { timeout: 10_000 }).toBeGreaterThan(2000)
      await expect.poll(() => page.locator("tbody").innerText()).toMatch(/kWh/)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      await keep(page, `explore-${name}`)
      expect(complaints).toEqual([])
    })
  }

  test("shows this machine's CPU from history on into the present, with links of the original", async (t) => {
    const folder = await temporaryFolder(t, "explore")
    const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", "0"], { cwd: folder })
    const [, url = ""] = /(http:\S+)$/.exec(await up.line(/^ready/)) ?? []
    const { page } = await openPage(t)
    const search = async () => (await (await fetch(`${url}api/v1/metrics?search=cpu.usage`)).json()).metrics[0]?.name
    await expect.poll(search, { timeout: 10_000 }).toBeTruthy()
    await page.goto(`${url}#.now-1m*now*(${await search()}~10)`)
    await expect.poll(() => page.url()).toContain(`explore?from=now-1m&to=now&m=${await search()}~10`)
    await page.getByRole("button", { name: "Live" }).click()
    await expect.poll(() => inked(page), { timeout: 10_000 }).toBeGreaterThan(20)
    const points = async () => Number(await page.locator("tbody td").nth(6).innerText())
    const before = await points()
    await expect.poll(points, { timeout: 15_000 }).toBeGreaterThan(before)
    await keep(page, "explore-machine")
  })
})
