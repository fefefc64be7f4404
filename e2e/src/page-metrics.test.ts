import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type Metadata, silentLogger, Timestamp } from "@metricq/client"
import { freePort, onTestEnd, type TestScope, TestSource, temporaryFolder } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

const RACKS = 3
const NODES = 40

/** What the source declares; with another description at each time. */
function declared(description: string): Record<string, Metadata> {
  const names = Array.from({ length: RACKS * NODES }, (_, i) => `lab.rack${i % RACKS}.node${Math.floor(i / RACKS)}`)
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}.power`, { unit: "W", rate: 1, description }],
      [`${name}.temperature`, { unit: "°C", rate: 0.1, description }],
    ]),
  )
}

/** A network with a database, a source of 240 metrics that sends once a second, and the page of metrics. */
async function start(t: TestScope) {
  const folder = await temporaryFolder(t, "metrics")
  const amqp = String(await freePort())
  const server = `amqp://127.0.0.1:${amqp}/`
  const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", amqp, "--no-demo"], { cwd: folder })
  const url = (await up.line(/^ready/)).split("  ")[2] as string
  const metrics = declared("wall plug")
  const set = ["config", "set", "source-lab", "-", "--server", server]
  await MetricqProcess.run(t, set, { cwd: folder, input: JSON.stringify({ metrics }) })
  const source = new TestSource({ token: "source-lab", url: server, logger: silentLogger })
  onTestEnd(t, () => source.stop())
  await source.connect()
  const timer = setInterval(() => {
    for (const name of Object.keys(metrics)) source.send(name, Timestamp.now(), 100 + Math.random())
  }, 1000)
  onTestEnd(t, async () => clearInterval(timer))
  const { page, complaints } = await openPage(t)
  page.setDefaultTimeout(12_000)
  await page.goto(`${url}metrics`)
  return { url, source, page, complaints }
}

/** Keeps a picture where METRICQ_TEST_SCREENSHOTS says, for a look. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 12_000 })

/** A key of the metadata that everybody reads. */
async function metadataOf(url: string, name: string, key: string): Promise<unknown> {
  const answer = await fetch(`${url}api/v1/metrics/${name}`)
  return ((await answer.json()) as Record<string, unknown>)[key]
}

const rowsOf = (page: Page) => page.getByRole("row", { name: /lab\.rack/ })
const unitsOf = async (page: Page) => (await rowsOf(page).locator(".unit").allInnerTexts()).slice(0, 5)
const main = (page: Page) => page.locator("main").innerText()

describe.skipIf(noBrowser)(noBrowser ? `Metrics [left out: ${noBrowser}]` : "Metrics", () => {
  test("metrics are found, edited together, hidden, and shown again", async (t) => {
    const { url, source, page, complaints } = await start(t)
    await page.getByRole("searchbox").fill("rack1 power")
    await eventually(() => main(page)).toMatch(/^40 metrics/m)
    await rowsOf(page).nth(0).locator(".rate").click()
    await rowsOf(page)
      .nth(3)
      .locator(".rate")
      .click({ modifiers: ["Shift"] })
    await eventually(() => main(page)).toContain("4 of 40 selected")
    await eventually(() => rowsOf(page).nth(0).locator(".value").innerText()).toMatch(/^10\d/)
    await keep(page, "metrics, four selected")
    expect(await violations(page)).toEqual([])

    await page.getByRole("button", { name: "Edit metadata…" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Unit").fill("kW")
    await eventually(() => dialog.innerText()).toMatch(/4 metrics[\s\S]*lab\.rack1\.node\d+\.power/)
    await keep(page, "metrics, edit")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Change 4 metrics" }).click()
    await eventually(() => unitsOf(page)).toEqual(["kW", "kW", "kW", "kW", "W"])

    const name = (await rowsOf(page).nth(0).getByRole("link").first().innerText()).trim()
    await source.declareMetrics(declared("measured at the rack"))
    await eventually(() => metadataOf(url, name, "description")).toBe("measured at the rack")
    expect(await metadataOf(url, name, "unit")).toBe("kW")
    await eventually(() => rowsOf(page).nth(0).innerText()).toContain("measured at the rack")
    expect(await unitsOf(page)).toEqual(["kW", "kW", "kW", "kW", "W"])

    await page.getByRole("button", { name: "Hide", exact: true }).click()
    await eventually(() => dialog.innerText()).toContain(name)
    await keep(page, "metrics, hide")
    await dialog.getByRole("button", { name: "Hide" }).click()
    await eventually(() => main(page)).toMatch(/^36 metrics/m)
    await keep(page, "metrics, hidden")
    await page.getByRole("button", { name: "Undo" }).click()
    await eventually(() => main(page)).toMatch(/^40 metrics/m)
    expect(await unitsOf(page)).toEqual(["kW", "kW", "kW", "kW", "W"])
    expect(complaints).toEqual([])
  })

  test("all that is found is archived with a key, found by its state, and taken back", async (t) => {
    const { page, complaints } = await start(t)
    await page.getByRole("searchbox").fill("lab.rack2.**")
    await eventually(() => main(page)).toMatch(/^80 metrics/m)
    await page.getByRole("grid").focus()
    await page.keyboard.press("Control+a")
    await eventually(() => main(page)).toContain("80 of 80 selected")
    await rowsOf(page).nth(0).getByRole("checkbox").uncheck()
    await eventually(() => main(page)).toContain("79 of 80 selected")
    await page.getByRole("button", { name: "Archive" }).click()
    const dialog = page.getByRole("dialog")
    await eventually(() => dialog.innerText()).toMatch(/79 metrics[\s\S]*and 69 more/)
    await dialog.getByRole("button", { name: "Archive" }).click()
    await eventually(() => main(page)).toMatch(/^1 metric$/m)

    await page.getByLabel("State").selectOption("archived")
    await eventually(() => main(page)).toMatch(/^79 metrics/m)
    expect(new URL(page.url()).searchParams.get("state")).toBe("archived")
    await page.getByRole("checkbox", { name: "Select all that are found" }).check()
    await page.getByRole("button", { name: "Take out of the archive" }).click()
    await dialog.getByRole("button", { name: "Take out of the archive" }).click()
    await page.getByLabel("State").selectOption("")
    await eventually(() => main(page)).toMatch(/^80 metrics/m)

    await page.getByRole("button", { name: "Tree" }).click()
    for (const part of ["lab", "rack2", "node10"]) await page.getByRole("link", { name: part, exact: true }).click()
    await eventually(() => main(page)).toMatch(/power[\s\S]*temperature/)
    await keep(page, "metrics, tree")
    expect(await violations(page)).toEqual([])
    await page.getByRole("link", { name: "List what is below" }).click()
    await eventually(() => main(page)).toMatch(/^2 metrics/m)
    expect(complaints).toEqual([])
  })

  test("a metric's own page: its value now, edited in place, every change, deleted and restored", async (t) => {
    const { url, page, complaints } = await start(t)
    const name = "lab.rack0.node0.power"
    await eventually(() => metadataOf(url, name, "historic")).toBe(true)
    await page.goto(`${url}metrics/${name}`)
    await eventually(() => main(page)).toMatch(/10\d(\.\d+)?\s*W\s+\d+\ss ago/)
    await eventually(() => main(page)).toMatch(/Lineage[\s\S]*source-lab[\s\S]*db-timeline/)
    const unit = page.getByRole("listitem").filter({ hasText: /^Unit/ })
    await unit.hover()
    await page.getByRole("button", { name: "Edit Unit" }).click()
    await page.getByRole("textbox", { name: "Unit" }).fill("kW")
    await page.keyboard.press("Enter")
    await eventually(() => unit.innerText()).toMatch(/kW\s+set here; the source says: W/)
    await eventually(() => main(page)).toMatch(/Edited[\s\S]*unit\s*W\s*kW/)
    await keep(page, "metric")
    expect(await violations(page)).toEqual([])
    await page.getByRole("button", { name: "Edit Unit" }).click()
    await page.getByRole("button", { name: "Back to the source's value" }).click()
    await eventually(() => metadataOf(url, name, "unit")).toBe("W")

    await page.getByRole("button", { name: "Delete…" }).click()
    const dialog = page.getByRole("dialog")
    await eventually(() => dialog.innerText()).toMatch(/What relies on it\s+db-timeline stores it/)
    await keep(page, "metric, delete")
    expect(await violations(page)).toEqual([])
    await dialog.getByRole("button", { name: "Delete" }).click()
    await eventually(() => new URL(page.url()).pathname).toMatch(/\/metrics$/)
    await eventually(async () => (await fetch(`${url}api/v1/metrics/${name}`)).status).toBe(404)
    await page.getByRole("button", { name: "Undo" }).click()
    await eventually(() => metadataOf(url, name, "unit")).toBe("W")
    expect(complaints).toEqual([])
  })

  test("what is chosen is shown live, and stands still on a press", async (t) => {
    const { page, complaints } = await start(t)
    await rowsOf(page).nth(0).getByRole("checkbox").check()
    await rowsOf(page).nth(1).getByRole("checkbox").check()
    await page.getByRole("button", { name: "Live" }).click()
    const live = page.getByRole("region", { name: "Live" })
    const lines = live.locator(".strip path")
    await eventually(() => lines.count()).toBe(2)
    await eventually(() => live.innerText()).toMatch(/10\d(\.\d+)? (W|°C)[\s\S]*since \d\d:\d\d:\d\d/)
    const first = await lines.first().getAttribute("d")
    await eventually(() => lines.first().getAttribute("d")).not.toBe(first)
    expect(await violations(page)).toEqual([])
    await keep(page, "metrics, live")
    await live.getByRole("button", { name: "Pause" }).click()
    const stopped = await lines.first().getAttribute("d")
    const value = live.locator(".value").first()
    const before = await value.innerText()
    await eventually(() => value.innerText()).not.toBe(before)
    expect(await lines.first().getAttribute("d")).toBe(stopped)
    expect(complaints).toEqual([])
  })

  test("a metric that a pattern stores gets settings of its own, and loses them again", async (t) => {
    const { url, page, complaints } = await start(t)
    const name = "lab.rack0.node0.power"
    await eventually(() => metadataOf(url, name, "historic")).toBe(true)
    await page.goto(`${url}metrics/${name}`)
    const storage = page.getByRole("region", { name: "Storage" })
    await eventually(() => storage.innerText()).toMatch(/db-timeline[\s\S]*by the pattern \*\*/)
    await eventually(() => page.getByRole("region", { name: "Value and history" }).innerText()).toMatch(
      /since \d\d:\d\d/,
    )
    await storage.getByRole("button", { name: "Own settings…" }).click()
    const dialog = page.getByRole("dialog")
    const shortest = dialog.getByLabel("Shortest rows")
    await eventually(() => shortest.inputValue()).toMatch(/^\d+(s|min)$/)
    await shortest.fill("nonsense")
    await eventually(() => dialog.innerText()).toMatch(/interval_min/)
    await eventually(() => dialog.getByRole("button", { name: "Save and apply" }).isDisabled()).toBe(true)
    await shortest.fill("20s")
    await dialog.getByLabel("Longest rows").fill("2000s")
    await dialog.getByLabel(/Note/).fill("finer rows for the first node")
    await eventually(() => dialog.innerText()).toMatch(/"interval_min": "20s"/)
    expect(await violations(page)).toEqual([])
    await keep(page, "metric, storage")
    await dialog.getByRole("button", { name: "Save and apply" }).click()
    await eventually(() => storage.innerText()).toMatch(/20\ss[\s\S]*by an entry of its own/)
    const versions = async () => (await fetch(`${url}api/v1/configs/db-timeline/versions`)).json()
    expect((await versions()).versions[0].note).toBe("finer rows for the first node")

    await storage.getByRole("button", { name: "Remove…" }).click()
    await eventually(() => dialog.innerText()).toContain("the rule of ** holds")
    await dialog.getByRole("button", { name: "Save and apply" }).click()
    await eventually(() => storage.innerText()).toMatch(/by the pattern \*\*/)
    expect(complaints).toEqual([])
  }, 60_000)
})
