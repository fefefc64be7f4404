import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { JsonObject } from "@metricq/client"
import { freePort, TestCombinator, type TestScope, TestSource } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { UpNetwork } from "./up-network.js"

/** Keeps a picture where METRICQ_TEST_SCREENSHOTS says, for a look. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })

const power = (rate: number) => ({ unit: "W", rate })
const COMBINED = {
  "hall.it.power": {
    expression: { operation: "sum" as const, inputs: ["hall.rack1.power", "hall.rack2.power"] },
    metadata: power(20),
  },
  "hall.pue": {
    expression: {
      operation: "/" as const,
      left: { operation: "+" as const, left: "hall.it.power", right: "hall.cooling.power" },
      right: "hall.it.power",
    },
    metadata: { rate: 21 },
  },
}

/** Two sources, a combinator that uses its own results, a sink, and a database; `fleet` more sources of the same kind. */
async function hall(t: TestScope, fleet = 0): Promise<string> {
  const port = await freePort()
  const net = await UpNetwork.start(t, "--http-port", String(port))
  const documents: Record<string, JsonObject> = {
    "source-pdu": { metrics: { "hall.rack1.power": power(10), "hall.rack2.power": power(10) } },
    "source-cooling": { metrics: { "hall.cooling.power": power(1) } },
    "transformer-hall": { metrics: COMBINED },
  }
  for (let i = 0; i < fleet; i++) documents[`source-bmc-${i}`] = { metrics: { [`node${i}.power`]: power(2) } }
  await Promise.all(Object.entries(documents).map(([token, document]) => net.configure(token, document)))
  for (const token of Object.keys(documents)) {
    const isCombinator = token.startsWith("transformer")
    await net.connect(
      isCombinator ? new TestCombinator(net.clientOptions(token)) : new TestSource(net.clientOptions(token)),
    )
  }
  await net.sink("sink-alarm", ["hall.pue"], { addUuid: false })
  return `http://127.0.0.1:${port}/`
}

const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`)

describe.skipIf(noBrowser)(noBrowser ? `The network page [left out: ${noBrowser}]` : "The network page", () => {
  test("shows who sends what to whom, and leads on to clients, metrics and their lineage", async (t) => {
    const url = await hall(t)
    const { page, complaints } = await openPage(t)
    page.setDefaultTimeout(15_000)
    await page.goto(`${url}network`)
    await node(page, "transformer-hall").waitFor()
    await eventually(() => node(page, "sink-alarm").innerText()).toMatch(/gets 21\/s/)
    const left = async (id: string) => (await node(page, id).boundingBox())!.x
    expect(await left("source-pdu")).toBeLessThan(await left("transformer-hall"))
    expect(await left("transformer-hall")).toBeLessThan(await left("sink-alarm"))
    expect(await violations(page)).toEqual([])
    await keep(page, "network")

    await node(page, "transformer-hall").click()
    const details = page.getByRole("region", { name: "transformer-hall" })
    await eventually(() => details.innerText()).toMatch(/Gets[\s\S]*hall\.it\.power\s+20\/s[\s\S]*Sends/)
    expect(page.url()).toContain("select=transformer-hall")
    expect(await violations(page)).toEqual([])
    await keep(page, "network, selected")
    await page.reload()
    await details.waitFor()

    await details.getByRole("button", { name: "hall.pue" }).click()
    await page.getByRole("link", { name: "Lineage" }).click()
    await eventually(() => page.locator("[data-node]").allInnerTexts()).toHaveLength(11)
    expect(await violations(page)).toEqual([])
    await keep(page, "lineage")
    await node(page, "m:hall.rack1.power").dblclick()
    await eventually(() => page.getByRole("group", { name: /^What hall\.rack1\.power is made of/ }).count()).toBe(1)
    await page.getByRole("button", { name: "← hall.pue" }).click()
    await page.getByRole("link", { name: "Open", exact: true }).click()
    await eventually(() => page.url()).toBe(`${url}metrics/hall.pue`)
    expect(complaints).toEqual([])
  })

  test("tells what really comes beside what is declared, and marks what is far below", async (t) => {
    const port = await freePort()
    const net = await UpNetwork.start(t, "--http-port", String(port))
    const metrics = { "hall.good.power": power(10), "hall.slow.power": power(10) }
    const source = await net.source("source-pdu", { metrics })
    const end = BigInt(Date.now()) * 1_000_000n
    const send = (metric: string, hertz: number) => {
      const step = 1_000_000_000n / BigInt(hertz)
      const times = BigInt64Array.from({ length: 60 }, (_, i) => end - BigInt(59 - i) * step)
      return source.sendChunk(metric, { times, values: new Float64Array(60).fill(7) })
    }
    await send("hall.good.power", 10)
    await send("hall.slow.power", 1)
    await source.flush()
    const { page, complaints } = await openPage(t)
    page.setDefaultTimeout(15_000)
    await page.goto(`http://127.0.0.1:${port}/network?select=source-pdu`)
    const details = page.getByRole("region", { name: "source-pdu" })
    // What the database takes is asked for every fifteen seconds.
    const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 })
    // On a busy machine some of the time after the last point counts, too.
    await soon(() => details.innerText()).toMatch(
      /(0\.[89]\d*|1)\/s measured, 10\/s declared – much less than declared/,
    )
    expect(await details.innerText()).toMatch(/hall\.good\.power\s+([5-9](\.\d+)?|10)\/s/)
    const odd = [expect.stringMatching(/^▾ (0\.[89]\d*|1)\/s$/)]
    await eventually(() => page.locator("svg text.odd").allTextContents()).toEqual(odd)
    expect(await violations(page)).toEqual([])
    await keep(page, "network, measured")
    expect(complaints).toEqual([])
  }, 60_000)

  test("works from the keyboard, and as a table", async (t) => {
    const url = await hall(t)
    const { page, complaints } = await openPage(t, { viewport: { width: 390, height: 844 }, colorScheme: "dark" })
    page.setDefaultTimeout(15_000)
    await page.goto(`${url}network`)
    // A client is there before its metrics are.
    await page.locator('[data-node^="metrics:source-pdu"]').first().waitFor()
    await node(page, "source-pdu").focus()
    await page.keyboard.press("ArrowRight")
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-node"))
    await eventually(focused).toMatch(/^metrics:source-pdu/)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await eventually(() => page.url()).toContain("select=")
    expect(await violations(page)).toEqual([])
    await keep(page, "network, phone")
    await page.keyboard.press("Escape")
    await eventually(() => page.url()).not.toContain("select=")

    await page.getByRole("button", { name: "Table" }).click()
    const table = page.getByRole("table")
    await eventually(() => table.innerText()).toMatch(/source-pdu\s+transformer-hall\s+\S+\s+20\/s/)
    await page.getByRole("searchbox").fill("alarm")
    await eventually(() => table.getByRole("row").count()).toBe(2)
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false)
    expect(complaints).toEqual([])
  })

  test("puts many sources together, and takes them apart again", async (t) => {
    const url = await hall(t, 20)
    const { page, complaints } = await openPage(t)
    page.setDefaultTimeout(15_000)
    await page.goto(`${url}network`)
    const stack = node(page, "stack:source:source-bmc-*")
    await eventually(() => stack.innerText()).toMatch(/×20[\s\S]*20 metrics · 40\/s/)
    await keep(page, "network, many")
    await stack.dblclick()
    await node(page, "source-bmc-7").waitFor()
    expect(page.url()).toContain("open=stack")
    expect(await violations(page)).toEqual([])
    await page.goBack()
    await stack.waitFor()
    await page.getByRole("searchbox").fill("bmc-7")
    await page.keyboard.press("Enter")
    await eventually(() => page.url()).toContain("select=stack")
    expect(complaints).toEqual([])
  })
})
