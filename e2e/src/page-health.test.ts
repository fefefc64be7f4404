import { mkdirSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { Source, Timestamp } from "@metricq/client"
import { freePort, onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import type { BrowserContextOptions, Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

/** Looks are shorter apart and less is waited for, so that a test sees in seconds what takes minutes. */
const QUICK = { sweepS: 0.5, silentMinS: 4, silentIntervals: 4, nanS: 5, rateForS: 5, awayForS: 2, behindForS: 5 }

interface HealthNetwork {
  readonly url: string
  readonly server: string
  readonly folder: string
}

/** A network that measures this machine, and its page. */
async function network(t: TestScope): Promise<HealthNetwork> {
  const folder = await temporaryFolder(t, "health")
  const port = await freePort()
  const server = `amqp://127.0.0.1:${port}/`
  const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", String(port)], { cwd: folder })
  const ready = await up.line(/^ready/)
  return { url: ready.split("  ")[2] as string, server, folder }
}

/** A second source of this machine in a process of its own. */
async function startAgent(t: TestScope, { server, folder }: HealthNetwork): Promise<MetricqProcess> {
  const args = ["agent", "source-sysinfo", "--token", "source-sysinfo-b", "--server", server]
  const agent = MetricqProcess.start(t, args, { cwd: folder })
  return agent
}

async function call(url: string, method: string, path: string, body?: unknown) {
  const headers = { "content-type": "application/json" }
  const answer = await fetch(
    `${url}api/v1/${path}`,
    body === undefined ? {} : { method, headers, body: JSON.stringify(body) },
  )
  return answer.json()
}

const eventually = <T>(read: () => T, timeout = 20_000) => expect.poll(read, { timeout })

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.METRICQ_TEST_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `health ${name}.png`) })
}

async function open(t: TestScope, options?: BrowserContextOptions) {
  const opened = await openPage(t, options)
  opened.page.setDefaultTimeout(12_000)
  return opened
}

/** The network with a second source whose points are stored, and thresholds of seconds. */
async function withSecondSource(t: TestScope) {
  const net = await network(t)
  const set = ["config", "set", "source-sysinfo-b", "-", "--server", net.server]
  await MetricqProcess.run(t, set, { cwd: net.folder, input: '{"rate": 2, "prefix": "hall.nodeb"}' })
  const agent = await startAgent(t, net)
  const stored = async () => (await call(net.url, "GET", "metrics?source=source-sysinfo-b&state=stored")).total
  await eventually(stored).toBeGreaterThan(5)
  await call(net.url, "PUT", "health/settings", { thresholds: QUICK })
  return { net, agent }
}

/** A chat that takes messages at `hook`, and refuses them elsewhere. */
async function chat(t: TestScope) {
  const received: string[] = []
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const piece of request) body += piece
    const isTaken = request.url === "/hook"
    if (isTaken) received.push(JSON.parse(body).text)
    response.writeHead(isTaken ? 200 : 503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestEnd(t, () => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received }
}

const kindsOf = async ({ url }: HealthNetwork) =>
  (await call(url, "GET", "health/findings")).findings.map(({ kind }: { kind: string }) => kind)

test("a fresh network has no findings, with thresholds a twentieth of the usual", async (t) => {
  const net = await network(t)
  const { thresholds } = await call(net.url, "GET", "health/settings")
  const scaled = {
    sweepS: 1,
    silentMinS: 3,
    nanS: 15,
    rateForS: 30,
    awayForS: 3,
    behindForS: 3,
    stuckH: thresholds.stuckH / 20,
  }
  await call(net.url, "PUT", "health/settings", { thresholds: scaled })
  const begun = await call(net.url, "POST", "health/sweep", {})
  const seen = new Set<string>()
  // Ninety seconds at this pace see as many sweeps as three quarters of an hour.
  const looked = async () => {
    const { findings, sweep } = await call(net.url, "GET", "health/findings")
    for (const { kind, message } of findings) seen.add(`${kind}: ${message}`)
    return Date.parse(sweep.time) - Date.parse(begun.time)
  }
  await expect.poll(looked, { timeout: 120_000, interval: 1000 }).toBeGreaterThan(45_000)
  expect([...seen]).toEqual([])
  const { findings } = await call(net.url, "GET", "health/history")
  expect(findings).toEqual([])
}, 180_000)

test("a sensor that stood still before the web server looked is found at once", async (t) => {
  const net = await network(t)
  await call(net.url, "PUT", "health/settings", { thresholds: { sweepS: 3600 } })
  await MetricqProcess.run(t, ["config", "set", "source-hall", "-", "--server", net.server], {
    ...{ cwd: net.folder, input: "{}" },
  })
  const source = new Source({ token: "source-hall", url: net.server })
  onTestEnd(t, () => source.stop())
  await source.connect()
  await source.declareMetrics({ "hall.still": { unit: "W", rate: 1 }, "hall.moves": { unit: "W", rate: 1 } })
  const send = (agoS: number, moved: number) => {
    const time = Timestamp.fromNs(Timestamp.now().posixNs - BigInt(Math.round(agoS * 1e9)))
    source.send("hall.still", time, 20.5)
    source.send("hall.moves", time, 20.5 + moved)
  }
  // Seven hours, in which the other one moved once.
  for (let agoS = 25_200; agoS > 0; agoS -= 5) send(agoS, agoS === 20_000 ? 1 : 0)
  const live = setInterval(() => send(0, 0), 500)
  onTestEnd(t, () => clearInterval(live))
  const past = { metrics: ["hall.moves", "hall.still"], from: "now-8h", to: "now" }
  const counted = async () => {
    const told = await call(net.url, "POST", "analyze", past)
    return Math.min(...past.metrics.map((metric) => told[metric]?.count ?? 0))
  }
  await eventually(counted).toBeGreaterThan(5040)
  await call(net.url, "PUT", "health/settings", { thresholds: QUICK })
  const stuck = async () => (await call(net.url, "GET", "health/findings?kind=stuck")).findings
  await expect.poll(async () => (await stuck()).length, { timeout: 40_000 }).toBe(1)
  const [{ subject, since }] = await stuck()
  expect(subject).toEqual({ metric: "hall.still" })
  expect(Date.now() - Date.parse(since)).toBeGreaterThan(5.9 * 3_600_000)
}, 90_000)

describe.skipIf(noBrowser)(noBrowser ? `Health on the page [left out: ${noBrowser}]` : "Health on the page", () => {
  test("a source is killed: found, acknowledged, resolved when it returns", async (t) => {
    const { net, agent } = await withSecondSource(t)
    const { page, complaints } = await open(t)
    await page.goto(`${net.url}health`)
    await eventually(() => page.locator("main").innerText()).toMatch(/All is well/)
    await keep(page, "well")
    expect(await violations(page)).toEqual([])

    await agent.kill()
    await eventually(() => page.locator("main").innerText(), 40_000).toMatch(/Client gone/)
    await eventually(() => kindsOf(net)).toEqual(["gone"])
    await eventually(() => page.getByRole("link", { name: /^Health/ }).innerText()).toMatch(/Health\s*1/)
    await page.getByRole("button", { name: /Client gone/ }).click()
    const main = page.locator("main")
    await eventually(() => main.innerText()).toMatch(/Start it again on its machine/)
    expect(await main.innerText()).toMatch(/hall\.nodeb\./)
    expect(new URL(page.url()).searchParams.get("id")).toMatch(/^gone-/)
    await keep(page, "gone")
    expect(await violations(page)).toEqual([])

    await page.getByLabel("Looked after by", { exact: true }).and(page.getByRole("combobox")).last().fill("Ben")
    await page.getByLabel("Note", { exact: true }).fill("the rack is being moved")
    await page.getByRole("button", { name: "Save note" }).click()
    await eventually(() => main.innerText()).toMatch(/Written by local/)
    await page.getByRole("button", { name: "Acknowledge" }).click()
    await eventually(() => main.innerText()).toMatch(/Acknowledged by local/)
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("the rack is being moved")
    await keep(page, "handled")
    await page.goto(`${net.url}health?state=all&assignee=Ben`)
    await eventually(() => main.innerText()).toMatch(/Client gone[\s\S]*Ben/i)
    await page.goto(`${net.url}health?state=all&assignee=@me`)
    await eventually(() => main.innerText()).toMatch(/No finding fits/)
    await page.goto(`${net.url}clients/source-sysinfo-b`)
    await eventually(() => main.innerText()).toMatch(/Client gone[\s\S]*acknowledged/)

    await startAgent(t, net)
    await eventually(() => kindsOf(net), 40_000).toEqual([])
    await page.goto(`${net.url}health/history`)
    await eventually(() => main.innerText()).toMatch(/source-sysinfo-b[\s\S]*Client gone[\s\S]*the rack is being moved/)
    await keep(page, "history")
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  }, 120_000)

  test("findings are at home, muted for a while, and thresholds changed, in both languages and on a phone", async (t) => {
    const { net, agent } = await withSecondSource(t)
    await agent.kill()
    await eventually(() => kindsOf(net), 40_000).toEqual(["gone"])
    for (const options of [
      { locale: "de-DE", colorScheme: "dark" },
      { viewport: { width: 390, height: 844 } },
    ] as const) {
      const { page, complaints } = await open(t, options)
      for (const [path, text] of [
        ["", /source-sysinfo-b/],
        ["health", /Client (gone|fort)/],
        ["health/settings", /Where findings are sent|Wohin Befunde gehen/],
      ] as const) {
        await page.goto(net.url + path)
        await eventually(() => page.locator("main").innerText()).toMatch(text)
        await keep(page, `${path.replace(/\W/g, "")} ${"locale" in options ? "German" : "phone"}`)
        expect({ path, found: await violations(page) }).toEqual({ path, found: [] })
        const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
        expect({ path, isTooWide }).toEqual({ path, isTooWide: false })
      }
      expect(complaints).toEqual([])
    }
    const { page, complaints } = await open(t)
    await page.goto(`${net.url}health`)
    await page.getByRole("button", { name: /Client gone/ }).click()
    await page.getByRole("button", { name: "Mute" }).click()
    await page.getByRole("button", { name: "for 8 hours" }).click()
    await eventually(() => page.locator("main").innerText()).toMatch(/Muted by local until/)
    await page.getByRole("button", { name: "Open again" }).click()
    await page.getByRole("button", { name: "Acknowledge" }).waitFor()
    await page.goto(`${net.url}health/settings`)
    await page.getByLabel(/^Silent: seconds at least/).fill("600")
    await page.getByRole("button", { name: "Save" }).click()
    await eventually(() => page.getByText("Saved.").count()).toBe(1)
    await eventually(() => kindsOf(net)).toEqual([])
    expect(complaints).toEqual([])
  }, 120_000)

  test("a channel is made on the page, tested with the real answer, and gets what is found; a reload stays at the settings", async (t) => {
    const { net, agent } = await withSecondSource(t)
    const { url, received } = await chat(t)
    const { page, complaints } = await open(t)
    const main = page.locator("main")
    await page.goto(`${net.url}health`)
    await page.getByRole("button", { name: "Settings" }).click()
    expect(new URL(page.url()).pathname).toBe("/health/settings")
    await page.reload()
    await eventually(() => main.innerText()).toMatch(/Nowhere yet/)
    await page.getByRole("button", { name: "Add a channel" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name", { exact: true }).fill("chat")
    await keep(page, "mail")
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel("Sent by").selectOption({ label: "NSCA" })
    await keep(page, "nsca")
    expect(await violations(page)).toEqual([])
    await dialog.getByLabel("Sent by").selectOption({ label: "Webhook" })
    await dialog.getByLabel("Address").fill(`${url}refuse`)
    await dialog.getByLabel("Key for the signature (optional)").fill("correct horse")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Send a test by chat" }).click()
    await eventually(() => main.innerText()).toMatch(/Not taken: it answered with status 503/)
    await keep(page, "refused")

    await page.getByRole("button", { name: "Edit chat" }).click()
    expect(await dialog.getByLabel("Key for the signature (optional)").inputValue()).toMatch(/^\*{6}/)
    await dialog.getByLabel("Address").fill(`${url}hook`)
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Send a test by chat" }).click()
    await eventually(() => main.innerText()).toMatch(/Taken\. The answer: it answered with status 200/)
    await agent.kill()
    await eventually(() => received.filter((text) => text.includes("source-sysinfo-b is gone")).length, 40_000).toBe(1)
    await keep(page, "channels")
    expect(await violations(page)).toEqual([])
    const items = await call(net.url, "GET", "health/feed?format=json")
    expect(items.items[0].title).toMatch(/^error: source-sysinfo-b is gone/)
    await page.getByRole("button", { name: "Delete chat" }).click()
    await dialog.getByRole("button", { name: "Delete" }).click()
    await eventually(() => main.innerText()).toMatch(/Nowhere yet/)
    expect(complaints).toEqual([])
  }, 120_000)

  test("a metric without a unit is given one on the page, which says beforehand what that does", async (t) => {
    const net = await network(t)
    await call(net.url, "PUT", "health/settings", { thresholds: QUICK, off: [] })
    const source = new Source({ token: "source-hall", url: net.server })
    onTestEnd(t, () => source.stop())
    await MetricqProcess.run(t, ["config", "set", "source-hall", "-", "--server", net.server], {
      ...{ cwd: net.folder, input: "{}" },
    })
    await source.connect()
    await source.declareMetrics({ "hall.plain": { rate: 1 } as never })
    const { page, complaints } = await open(t)
    const main = page.locator("main")
    await page.goto(`${net.url}health?kind=unit-missing`)
    await page.getByRole("button", { name: /hall\.plain/ }).click()
    await page.getByRole("button", { name: "Set the unit…" }).click()
    const dialog = page.getByRole("dialog")
    await eventually(() => dialog.innerText()).toMatch(/No value changes/)
    expect(await violations(page)).toEqual([])
    await keep(page, "unit")
    await dialog.getByLabel("Unit", { exact: true }).fill("kW")
    await dialog.getByRole("button", { name: "Set the unit" }).click()
    await eventually(async () => (await call(net.url, "GET", "metrics/hall.plain")).unit).toBe("kW")
    await eventually(() => main.innerText(), 40_000).toMatch(/No finding fits/)
    expect(complaints).toEqual([])
  }, 120_000)
})
