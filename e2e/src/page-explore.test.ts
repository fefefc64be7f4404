import { readFile } from "node:fs/promises"
import { Timestamp } from "@metricq/client"
import { freePort, type TestScope, type TestSource } from "@metricq/testkit"
import { parquetReadObjects } from "hyparquet"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { keep } from "./screenshots.js"
import { UpNetwork } from "./up-network.js"

const SECOND = 1_000_000_000n
/** Ten minutes of the past, from a full minute on: 100 W, then 200 W, ten times a second. */
const BEGIN = BigInt(Math.floor((Date.now() - 1_200_000) / 60_000)) * 60n * SECOND
const COUNT = 6000
const POWER = "lab.ariel.power"
/** A value holds for the time before its point. */
const powerAt = (i: number) => (i <= COUNT / 2 ? 100 : 200)
const timeAt = (i: number) => BEGIN + (BigInt(i) * SECOND) / 10n + 7n
const ms = (seconds: number) => Number(BEGIN / 1_000_000n) + seconds * 1000
const view = `from=${ms(0)}&to=${ms(600)}`

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 12_000 })

/** A network with a stored past, a source that can go on, and the address of its page. */
async function laboratory(t: TestScope): Promise<{ url: string; source: TestSource }> {
  const port = await freePort()
  const net = await UpNetwork.start(t, "--http-port", String(port))
  const metrics = {
    [POWER]: { unit: "W", quantity: "power", rate: 10, description: "Total power of ariel" },
    "lab.ariel.fast": { unit: "V", rate: 1000 },
    "hall.inlet.temperature": { unit: "°C", rate: 1 },
  }
  const source = await net.source("source-lab", { metrics })
  await source.sendChunk(
    POWER,
    columns(COUNT, (i) => [timeAt(i), powerAt(i)]),
  )
  const temperature = (i: number): [bigint, number] => [BEGIN + BigInt(i) * SECOND, 20 + Math.sin(i / 60)]
  await source.sendChunk("hall.inlet.temperature", columns(600, temperature))
  await source.flush()
  const url = `http://127.0.0.1:${port}/`
  await eventually(async () => (await analyze(url, 0, 600)).count).toBe(COUNT)
  return { url, source }
}

function columns(count: number, pointAt: (i: number) => [timeNs: bigint, value: number]) {
  const points = Array.from({ length: count }, (_, i) => pointAt(i))
  return {
    times: BigInt64Array.from(points, ([timeNs]) => timeNs),
    values: Float64Array.from(points, ([, value]) => value),
  }
}

async function analyze(url: string, from: number, to: number) {
  const body = JSON.stringify({ metrics: [POWER], from: `${ms(from)}000000`, to: `${ms(to)}000000` })
  const headers = { "content-type": "application/json" }
  const answer = await fetch(`${url}api/v1/analyze`, { method: "POST", headers, body })
  return (await answer.json())[POWER]
}

/** An open page; an action that cannot be done fails soon, and tells which one it was. */
async function open(t: TestScope, address: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(t, options)
  opened.page.setDefaultTimeout(12_000)
  await opened.page.goto(address)
  return opened
}

const marks = (page: Page) => page.getByRole("region", { name: "Between the marks" })
const main = (page: Page) => page.locator("main").innerText()
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)
const chartBox = async (page: Page) =>
  (await page.locator(".chart").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }

/** Columns of the data layer, from the left, that nothing is drawn in. */
function emptyColumns(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>(".chart canvas")[1]
    const context = canvas && new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")
    if (!canvas || !context) return [-1]
    context.drawImage(canvas, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const isEmpty = (x: number) => {
      for (let y = 0; y < canvas.height; y++) if (data[(y * canvas.width + x) * 4 + 3]) return false
      return true
    }
    return Array.from({ length: canvas.width }, (_, x) => x).filter(isEmpty)
  })
}

const title = noBrowser ? `Explore at work [left out: ${noBrowser}]` : "Explore at work"
describe.skipIf(noBrowser)(title, { timeout: 90_000 }, () => {
  test("measures between two marks, with the energy that the API tells", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?${view}&m=${POWER}`)
    await page.getByRole("button", { name: "Measure" }).click()
    await eventually(() => parameter(page, "a")).toBe(String(ms(200)))
    const at = (seconds: number) => new Date(ms(seconds)).toISOString()
    await page.getByLabel("Time of mark A").fill(at(240))
    await page.getByLabel("Time of mark B").fill(at(360))
    await page.getByLabel("Time of mark B").press("Enter")
    const { integral, mean, coverage } = await analyze(url, 240, 360)
    expect(integral).toBeCloseTo(100 * 60 + 200 * 60, 3)
    expect([mean, coverage]).toEqual([expect.closeTo(150, 6), 1])
    const row = marks(page).locator("tbody tr")
    await eventually(() => row.innerText()).toMatch(/100\s*W\s+200\s*W\s+\+100\s*W\s+150\.0\s*W\s+5\.000\s*Wh\s+100\s%/)
    expect(await marks(page).innerText()).toContain("2 min")
    await keep(page, "explore-marks")
    expect(await violations(page)).toEqual([])

    await page.getByLabel(`Scale factor of ${POWER}`).fill("-2")
    await page.getByLabel(`Scale factor of ${POWER}`).press("Enter")
    await eventually(() => row.innerText()).toMatch(/−200\s*W\s+−400\s*W\s+−200\s*W\s+−300\.0\s*W\s+−10\.00\s*Wh/)
    await eventually(() => page.locator("tbody tr").last().innerText()).toMatch(
      /−400\s*W\s+−300\.0\s*W\s+−200\s*W\s+−49\.99\s*Wh/,
    )

    // the flag of A, which stands at two fifths of the plot, is dragged to its middle
    const box = await chartBox(page)
    const x = (part: number) => box.x + 52 + (box.width - 58) * part
    await page.mouse.move(x(0.4), box.y + 60)
    await page.mouse.down()
    await page.mouse.move(x(0.5), box.y + 80, { steps: 4 })
    await page.mouse.up()
    await eventually(() => Math.abs(Number(parameter(page, "a")) - ms(300))).toBeLessThan(2000)
    await page.locator(".chart").focus()
    await page.keyboard.press("Escape")
    await eventually(() => parameter(page, "a")).toBeNull()
    expect(await marks(page).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test("the crosshair and the marks work from the keyboard", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?${view}&m=${POWER}`)
    await eventually(() => page.locator("tbody").innerText()).toMatch(/kWh|Wh/)
    await page.locator(".chart").focus()
    for (const key of [".", ".", ",", "a", ".", ".", "b"]) await page.keyboard.press(key)
    await eventually(() => page.locator("p[role=status].visually-hidden").innerText()).toMatch(
      /\d\d:\d\d:\d\d.*lab\.ariel\.power \d+ W/,
    )
    await eventually(() => Number(parameter(page, "b")) - Number(parameter(page, "a"))).toBe(12_000)
    const before = page.url()
    await page.keyboard.press("w")
    await eventually(() => page.url()).not.toBe(before)
    await page.keyboard.press("Backspace")
    await eventually(() => page.url()).toBe(before)
    expect(complaints).toEqual([])
  })

  test("zooms into values by hand and by numbers, and back", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?${view}&m=${POWER}&m=hall.inlet.temperature`)
    const title = page.getByRole("button", { name: /Power, W/ })
    await title.waitFor()
    await eventually(() => emptyColumns(page).then(({ length }) => length)).toBeLessThan(20)
    const box = await chartBox(page)
    const drag = async (x: number, from: number, to: number, key?: string) => {
      if (key) await page.keyboard.down(key)
      await page.mouse.move(box.x + x, box.y + from)
      await page.mouse.down()
      await page.mouse.move(box.x + x, box.y + to, { steps: 4 })
      await page.mouse.up()
      if (key) await page.keyboard.up(key)
    }
    const range = () => (parameter(page, "y") ?? "").split(/~|\.\./)
    await drag(20, 40, 100)
    await eventually(range).toEqual([expect.stringMatching(/^1\d\d/), expect.stringMatching(/^\d{3}/), "W"])
    const [low, high] = range().map(Number)
    await page.mouse.move(box.x + 20, box.y + 60)
    await page.mouse.wheel(0, 400)
    await eventually(() => Number(range()[1]) - Number(range()[0])).toBeGreaterThan(Number(high) - Number(low))
    await page.mouse.dblclick(box.x + 20, box.y + 60)
    await eventually(() => parameter(page, "y")).toBeNull()
    await drag(600, 40, 100, "Shift")
    await eventually(() => range()[2]).toBe("W")
    expect(parameter(page, "from")).toBe(String(ms(0)))
    await page.goBack()
    await eventually(() => parameter(page, "y")).toBeNull()

    await title.click()
    const dialog = page.getByRole("dialog", { name: /Value axis: Power, W/ })
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel("From").fill("250")
    await dialog.getByLabel("To").fill("50")
    await dialog.getByRole("button", { name: "Show" }).click()
    await dialog.getByText("the second above the first").waitFor()
    await dialog.getByLabel("From").fill("10")
    await dialog.getByLabel("To").fill("1000")
    await dialog.getByLabel("logarithmic").check()
    await dialog.getByRole("button", { name: "Show" }).click()
    await eventually(() => parameter(page, "y")).toBe("log,10..1000~W")
    await eventually(() => title.innerText()).toMatch(/Power, W · log · fixed/)
    await keep(page, "explore-log")
    expect(complaints).toEqual([])
  })

  test("a link shows the same in another browser", async (t) => {
    const { url } = await laboratory(t)
    const options = `${view}&zone=UTC&y=0..500~W&a=${ms(240)}&b=${ms(360)}&compare=1h`
    const address = `${url}explore?${options}&m=${POWER}~2~c3&m=hall.inlet.temperature~hidden`
    const seen = async () => {
      const { page, complaints } = await open(t, address)
      await eventually(() => marks(page).locator("tbody").innerText()).toMatch(/10\.00\s*Wh/)
      await eventually(() => page.locator("tbody").last().innerText()).toMatch(/49\.99\s*Wh/)
      await eventually(() => emptyColumns(page).then(({ length }) => length)).toBeLessThan(20)
      await page.getByRole("slider", { name: /^Overview/ }).waitFor()
      expect(complaints).toEqual([])
      const texts = await page.locator("main").innerText()
      return { url: page.url(), texts, empty: await emptyColumns(page) }
    }
    const first = await seen()
    expect(first.texts).toContain("Power, W · fixed")
    expect(await seen()).toEqual(first)
    expect(new URL(first.url).searchParams.get("y")).toBe("0..500~W")
  })

  test("finds metrics in the tree of their names, with the keyboard alone", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore`)
    await page.getByRole("button", { name: "Tree" }).focus()
    await page.keyboard.press("Enter")
    await page.getByRole("treeitem", { name: "lab" }).waitFor()
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Home")
    const at = () => page.evaluate(() => document.activeElement?.getAttribute("title"))
    const walk = async (key: string, path: string) => {
      for (let steps = 0; steps < 60 && (await at()) !== path; steps++) await page.keyboard.press(key)
      expect(await at()).toBe(path)
    }
    await walk("ArrowDown", "lab")
    await page.keyboard.press("ArrowRight")
    await page.getByRole("treeitem", { name: "ariel" }).waitFor()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.getByRole("treeitem", { name: "power" }).waitFor()
    await walk("ArrowDown", POWER)
    await page.keyboard.press("Enter")
    await eventually(() => parameter(page, "m")).toBe(POWER)
    expect(await page.getByRole("treeitem", { name: "power" }).getAttribute("aria-selected")).toBe("true")
    await keep(page, "explore-tree")
    expect(await violations(page)).toEqual([])
    await walk("ArrowUp", "lab.ariel")
    await page.keyboard.press("*")
    await eventually(() => new URL(page.url()).searchParams.getAll("m")).toEqual([POWER, "lab.ariel.fast"])
    await page.keyboard.press("Escape")
    expect(await page.getByRole("tree").count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test("every point of the view comes as Parquet, with its nanoseconds", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?${view}&m=${POWER}`)
    await page.getByRole("button", { name: "Export" }).click()
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Every point (Parquet)" }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/^lab\.ariel\.power-.*\.parquet$/)
    const bytes = await readFile(await file.path())
    const rows = await parquetReadObjects({
      file: new Uint8Array(bytes).buffer,
      parsers: { timestampFromNanoseconds: (ns: bigint) => ns as unknown as Date },
    })
    expect(rows).toEqual(
      Array.from({ length: COUNT }, (_, i) => ({ time: timeAt(i), metric: POWER, value: powerAt(i) })),
    )
    expect(complaints).toEqual([])
  })

  test("a thousand points a second are followed in rows, without a seam between history and now", async (t) => {
    const { url, source } = await laboratory(t)
    const stop = sendFast(source)
    t.onTestFinished(stop)
    const { page, complaints } = await openPage(t)
    const frames: string[] = []
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))))
    await page.goto(`${url}explore?from=now-20s&to=now&live=1&m=lab.ariel.fast`)
    await eventually(() => frames.some((text) => text.includes('"rows"'))).toBe(true)
    // Empty columns at the left are from before the source began, those at the right are still to come.
    const seen = async () => {
      const empty = new Set(await emptyColumns(page))
      const width = await page.evaluate(() => document.querySelectorAll<HTMLCanvasElement>(".chart canvas")[1]?.width)
      const drawn = Array.from({ length: Number(width) }, (_, x) => x).filter((x) => !empty.has(x))
      const [first = 0, last = 0] = [drawn[0], drawn.at(-1)]
      return { first, last, gaps: [...empty].filter((x) => x > first && x < last) }
    }
    await expect.poll(seen, { timeout: 40_000 }).toMatchObject({ first: 0, gaps: [] })
    for (let look = 0; look < 20; look++) {
      const { last, gaps } = await seen()
      expect(gaps).toEqual([])
      expect(last).toBeGreaterThan(500)
    }
    expect(frames.filter((text) => text.includes('"points"'))).toEqual([])
    await keep(page, "explore-fast")
    expect(complaints).toEqual([])
  })

  test("all there is lies under the chart, and a drag there moves the window", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?from=${ms(240)}&to=${ms(300)}&m=${POWER}`)
    const map = page.getByRole("slider", { name: /^Overview/ })
    await map.locator("path").first().waitFor({ state: "attached" })
    expect(await violations(page)).toEqual([])
    await keep(page, "explore, map")
    const box = (await map.boundingBox())!
    const window = (await map.locator(".window").boundingBox())!
    await page.mouse.move(window.x + window.width / 2, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 1, box.y + 10, { steps: 5 })
    await page.mouse.up()
    await eventually(() => Number(parameter(page, "from"))).toBeLessThan(ms(10))
    expect(Number(parameter(page, "to")) - Number(parameter(page, "from"))).toBeCloseTo(60_000, -1)
    await page.setViewportSize({ width: 390, height: 844 })
    await eventually(() => map.count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test("a picture of lines has the chart, its times and its legend", async (t) => {
    const { url } = await laboratory(t)
    const { page, complaints } = await open(t, `${url}explore?${view}&m=${POWER}&m=hall.inlet.temperature`)
    await page.locator(".chart canvas").nth(1).waitFor()
    await eventually(() => main(page)).toMatch(/lab\.ariel\.power[\s\S]*\b150(\.0)?\s*W/)
    await eventually(async () => (await emptyColumns(page)).length).toBeLessThan(100)
    await page.getByRole("button", { name: "Export" }).click()
    const downloading = page.waitForEvent("download")
    await page.getByText("Picture (SVG)").click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe("MetricQ.svg")
    const text = await readFile(await download.path(), "utf8")
    expect(text.length).toBeLessThan(1_000_000)
    const shown = await page.evaluate((svg) => {
      const document = new DOMParser().parseFromString(svg, "image/svg+xml")
      const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent)
      const bands = document.querySelectorAll('path[opacity="0.2"]').length
      return { root: document.documentElement.tagName, texts, bands }
    }, text)
    expect(shown).toMatchObject({ root: "svg", bands: 2 })
    expect(shown.texts).toContain(POWER)
    const all = shown.texts.join("\n")
    for (const part of [/^\d{4}-\d\d-\d\d \d\d:\d\d – /, /^Power, W$/m, /min 100/]) expect(all).toMatch(part)
    expect(complaints).toEqual([])
  })
})

/** Sends a thousand points a second, in time, until it is told to stop. */
function sendFast(source: TestSource): () => void {
  let next = BigInt(Date.now()) * 1_000_000n
  const timer = setInterval(() => {
    const now = BigInt(Date.now()) * 1_000_000n
    for (; next < now; next += SECOND / 1000n) {
      void source.send("lab.ariel.fast", Timestamp.fromNs(next), Math.sin(Number(next / 1_000_000n) / 700))
    }
  }, 20)
  return () => clearInterval(timer)
}
