import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { freePort, type TestScope, temporaryFolder } from "@metricq/testkit"
import type { BrowserContextOptions, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

/** A network that measures this machine, and its page; `args` go to `metricq up`. */
async function network(t: TestScope, args: string[] = []): Promise<{ url: string; server: string; folder: string }> {
  const folder = await temporaryFolder(t, "pages")
  const server = `amqp://127.0.0.1:${await freePort()}/`
  const port = new URL(server).port
  const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", port, ...args], { cwd: folder })
  const ready = await up.line(/^ready/)
  return { url: ready.split("  ")[2] as string, server, folder }
}

/** As `openPage`; an action that cannot be done fails soon, and tells which one it was. */
async function open(t: TestScope, options?: BrowserContextOptions) {
  const opened = await openPage(t, options)
  opened.page.setDefaultTimeout(12_000)
  return opened
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

/** Pages, and a text that is there when they have come. `{host}` is the first part of this machine's metrics. */
const PAGES: Record<string, [path: string, text: RegExp]> = {
  home: ["", /points|Punkte/],
  metrics: ["metrics?search=cpu", /\.cpu\.usage/],
  metric: ["metrics/{host}.cpu.usage", /db-timeline/],
  clients: ["clients", /source-sysinfo/],
  client: ["clients/db-timeline", /metricqVersion/],
  configurations: ["configuration", /source-sysinfo/],
  configuration: ["configuration/source-sysinfo", /Version 1|Fassung 1/],
  new: ["configuration?new=", /source-sysinfo/],
  template: ["configuration/source-sysinfo-b?template=source-sysinfo", /lab\.node17|\+22/],
}

const READERS: Record<string, BrowserContextOptions> = {
  "light, English": { colorScheme: "light", locale: "en-GB" },
  "dark, German": { colorScheme: "dark", locale: "de-DE" },
  "on a phone": { viewport: { width: 390, height: 844 }, locale: "en-GB" },
}

describe.skipIf(noBrowser)(noBrowser ? `Pages [left out: ${noBrowser}]` : "Pages", () => {
  test.for(Object.keys(READERS))("every page comes without a complaint, for everybody: %s", async (reader, t) => {
    const { url } = await network(t)
    const { page, complaints } = await open(t, READERS[reader])
    const host = await hostOf(url)
    for (const [name, [path, text]] of Object.entries(PAGES)) {
      await page.goto(url + path.replace("{host}", host))
      await eventually(() => page.locator("main").innerText()).toMatch(text)
      if (name === "configuration" || name === "template")
        await page.locator(".cm-content").waitFor({ state: "attached" })
      await keep(page, `${name}, ${reader}`)
      expect({ name, found: await violations(page) }).toEqual({ name, found: [] })
      expect({ name, complaints }).toEqual({ name, complaints: [] })
      const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect({ name, isTooWide }).toEqual({ name, isTooWide: false })
    }
  })

  test("what is no JSON is told with its line, and unknown keys and secrets stay", async (t) => {
    const { url, server, folder } = await network(t)
    const stored = { rate: 1, note: { kept: [1] }, password: "correct horse" }
    const set = ["config", "set", "source-sysinfo-x", "-", "--server", server]
    await MetricqProcess.run(t, set, { cwd: folder, input: JSON.stringify(stored) })
    const { page, complaints } = await open(t)
    await page.goto(`${url}configuration/source-sysinfo-x`)
    const editor = page.getByRole("textbox", { name: "Document" })
    await eventually(() => editor.innerText()).toContain('"kept"')
    expect(await page.content()).not.toContain("correct horse")
    expect(await editor.innerText()).not.toContain("correct horse")
    expect(await page.locator("#panel-form").innerText()).toMatch(/Other keys, kept as they are:\s*note/)

    await editor.focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(",")
    const state = page.getByLabel("State of the configuration")
    await eventually(() => state.innerText()).toMatch(/Line 9: the document should end here/)
    await page.keyboard.press("Backspace")
    await eventually(() => state.innerText()).toMatch(/2 warnings/)
    await page.getByLabel("Rate", { exact: true }).fill("2")
    await page.keyboard.press("Control+s")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await eventually(() => state.innerText()).toMatch(/Version 2/)
    const get = ["config", "get", "source-sysinfo-x", "--server", server]
    const { stdout } = await MetricqProcess.run(t, get, { cwd: folder })
    expect(JSON.parse(stdout)).toMatchObject({ ...stored, rate: 2 })
    expect(complaints).toEqual([])
  })

  test("a new client is made from a template, and told how to start", async (t) => {
    const { url } = await network(t)
    const { page, complaints } = await open(t)
    await page.goto(`${url}configuration`)
    await page.getByRole("link", { name: "New client" }).click()
    await page.getByLabel("Name", { exact: true }).fill("lab")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("button", { name: "Save…" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await eventually(() => page.locator("main").innerText()).toMatch(
      /npx metricq agent source-sysinfo --token source-sysinfo-lab --server amqp:\/\/127\.0\.0\.1:\d+\//,
    )
    await eventually(() => new URL(page.url()).search).toBe("")
    expect(complaints).toEqual([])
  })

  test("metrics are found by words, chosen with the keyboard, and drawn", async (t) => {
    const { url } = await network(t)
    const { page, complaints } = await open(t)
    await page.goto(`${url}metrics`)
    await eventually(() => page.getByRole("row").count()).toBeGreaterThan(10)
    await page.keyboard.press("/")
    await page.keyboard.type("cpu usage")
    await eventually(() => page.getByRole("status").allInnerTexts()).toContainEqual(
      expect.stringMatching(/^\d metrics$/),
    )
    expect(new URL(page.url()).searchParams.get("search")).toBe("cpu usage")
    await page.getByRole("grid").focus()
    for (const key of ["Home", "Space", "ArrowDown", "Space"]) await page.keyboard.press(key)
    await page.getByRole("button", { name: "Show in chart" }).click()
    await eventually(() => new URL(page.url()).searchParams.getAll("m").length).toBe(2)
    expect(complaints).toEqual([])
  })

  test("an empty network tells the three steps to a first source", async (t) => {
    const { url } = await network(t, ["--no-demo", "--no-database"])
    const { page, complaints } = await open(t)
    await page.goto(url)
    await eventually(() => page.locator("main").innerText()).toMatch(/Three steps to a first source/)
    await keep(page, "empty")
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })
})

async function answerOf(url: string, path: string): Promise<unknown> {
  return (await fetch(`${url}api/v1/${path}`)).json()
}

/** What the metrics of this machine begin with; waits for them. */
async function hostOf(url: string): Promise<string> {
  const names = async () => {
    const { metrics } = (await answerOf(url, "metrics?search=cpu.usage")) as { metrics: { name: string }[] }
    return metrics.map(({ name }) => name).find((name) => name.endsWith(".cpu.usage"))
  }
  await eventually(names).toBeDefined()
  return ((await names()) as string).replace(/\.cpu\.usage$/, "")
}
