import { Scope, type TestScope } from "@metricq/testkit"
import type { BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { startFleet } from "./fleet.js"
import { PageNetwork } from "./page-network.js"
import { keep } from "./screenshots.js"

const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }
const READERS: Record<string, BrowserContextOptions> = {
  "light, 1440 px": { viewport: desktop, colorScheme: "light", locale: "en-GB" },
  "dark, 1440 px": { viewport: desktop, colorScheme: "dark", locale: "de-DE" },
  "light, 390 px": { viewport: phone, colorScheme: "light", locale: "de-DE" },
  "dark, 390 px": { viewport: phone, colorScheme: "dark", locale: "en-GB" },
}
const CHARTED = ["hall.it.power", "hall.rack1.power", "hall.filer1.power.package-0", "hall.rack1.inlet.temperature"]

/** Drags over a part of the chart; what the address is then. A chart that is only being drawn takes no notice. */
async function zoomed(page: Page): Promise<string> {
  await page.mouse.move(1000, 200)
  await page.mouse.down()
  await page.mouse.move(1300, 220, { steps: 4 })
  await page.mouse.up()
  return page.url()
}

/** A file with configurations: one is changed, one is wrong, one is new. */
const BUNDLE = {
  name: "metricq.json",
  mimeType: "application/json",
  buffer: Buffer.from(
    JSON.stringify({
      format: "metricq-configurations 1",
      configurations: {
        "source-sysinfo-filer1": { rate: 1, prefix: "hall.filer1" },
        "source-sysinfo-filer2": { rate: "often" },
        "source-sysinfo-new": { rate: 1 },
      },
    }),
  ),
}
type Act = (page: Page) => Promise<void>
/** Presses a button of the page. */
const press =
  (name: RegExp): Act =>
  (page) =>
    page.locator("main").getByRole("button", { name }).first().click()
/** Chooses all that is listed, and presses a button. */
const withAll =
  (name: RegExp): Act =>
  async (page) => {
    await page.getByRole("checkbox", { name: /^(Choose all|Alle auswählen)$/ }).check()
    await press(name)(page)
  }
const chooseBundle: Act = async (page) => {
  await page.locator('input[type="file"]').setInputFiles(BUNDLE)
  await page.getByRole("checkbox", { name: /source-sysinfo-new/ }).waitFor()
}
/** Pages in their states, what is there when they have come, and what is done there before they are looked at. */
const PAGES: Record<string, [path: string, text: RegExp, act?: Act]> = {
  home: ["", /hall\.rack4\.outlet8\.power[\s\S]*hall\.it\.power[\s\S]*\d\s*W/],
  explore: [
    `explore?from=now-2m&to=now&live=1&${CHARTED.map((name) => `m=${name}`).join("&")}`,
    /hall\.it\.power[\s\S]*Wh[\s\S]*hall\.rack1\.inlet\.temperature[^\d]+\d/,
  ],
  "explore, empty": ["explore", /hall|roof|lab/],
  metrics: ["metrics", /hall\.cooling\.power[^\d]+1\d{3}\s*W\s+\d/],
  "metrics, searched": ["metrics?search=rack1", /power of outlet 8[^\d]+\d/],
  "metrics, tree": ["metrics?view=tree&at=hall", /rack1/],
  metric: ["metrics/hall.cooling.power", /1\d{3}\s*W[\s\S]*hall\.pue[\s\S]*db-timeline/],
  "metric, fast": ["metrics/lab.daq.voltage", /db-timeline/],
  "metric, rename": ["metrics/hall.cooling.power", /hall\.pue/, press(/^(Rename|Umbenennen)/)],
  "metric, delete": ["metrics/hall.cooling.power", /hall\.pue/, press(/^(Delete|Löschen)/)],
  "metric, edit": [
    "metrics?search=rack1.inlet",
    /rack1\.inlet/,
    async (page) => {
      await page.getByRole("checkbox").nth(1).check()
      await press(/^(Edit metadata|Metadaten ändern)/)(page)
    },
  ],
  "metric, storage": ["metrics/hall.cooling.power", /(Own settings|Eigene Einstellungen)/, press(/^(Own|Eigene)/)],
  clients: ["clients", /source-http-racks/],
  "clients, labels": ["clients?search=filer&group=room", /hall-1/, withAll(/^Labels/)],
  "clients, patch": ["clients?search=filer", /filer6/, withAll(/^(Change conf|Konfigurationen ändern)/)],
  client: ["clients/source-http-racks", /hall\.rack1/],
  configurations: ["configuration", /source-http-racks/],
  import: ["configuration?import=", /(bundle|Bündel|\.json)/i, chooseBundle],
  configuration: ["configuration/source-sysinfo-filer1", /cpu\.usage:/],
  formulas: ["configuration/transformer-hall", /hall\.pue[^\d]+1\.\d/],
  new: ["configuration?new=", /source-sysinfo/],
  template: ["configuration/source-sysinfo-c?template=source-sysinfo", /cpu\.usage:/],
  network: ["network", /source-http-racks/],
  "network, selected": ["network?select=transformer-hall", /hall\.it\.power/],
  "network, table": ["network?view=table", /source-http-racks/],
  "network, queues": ["network?view=queues", /./],
  lineage: ["network/hall.pue", /hall\.cooling\.power/],
  health: ["health", /hall\.rack4\.outlet8\.power/],
  "health, history": ["health?view=history", /./],
  "health, finding": ["health", /hall\.rack4\.outlet8\.power/, press(/hall\.rack4\.outlet8\.power/)],
  "health, settings": ["health?view=settings", /ops@example\.org/],
  "health, channel": ["health?view=settings", /ops@example\.org/, press(/^(Edit ops|ops bearbeiten)/)],
  "explore, axis": [`explore?from=now-2m&to=now&m=${CHARTED[0]}`, /Wh/, press(/▾|^Power/)],
  "explore, help": ["explore", /hall/, async (page) => page.keyboard.press("?")],
  settings: ["settings", /./],
  users: ["settings/users", /./],
  tokens: ["settings/tokens", /./],
  retention: ["settings/retention", /db-timeline/],
  audit: ["settings/audit", /source-sysinfo-filer1/],
  "no page": ["nowhere", /no page|keine Seite/],
}

/** An expectation that is met in time, of what is read again and again. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })

async function open(t: TestScope, options: BrowserContextOptions) {
  const opened = await openPage(t, options)
  opened.page.setDefaultTimeout(15_000)
  return opened
}

/** Nothing is wrong with what is open: for people with a screen reader, for the console, and nothing is wider than the screen. */
async function expectWell(page: Page, name: string, complaints: string[]): Promise<void> {
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  expect({ name, found: await violations(page), complaints, isTooWide }).toEqual({
    ...{ name, found: [], complaints: [], isTooWide: false },
  })
}

describe.skipIf(noBrowser)(noBrowser ? `The page of a fleet [left out: ${noBrowser}]` : "The page of a fleet", () => {
  const scope = new Scope()
  let net: PageNetwork

  beforeAll(async () => {
    net = await PageNetwork.start(scope, "--no-demo")
    await startFleet(scope, net)
    await net.call("PUT", "health/settings", { thresholds: { sweepS: 2, nanS: 5 } })
    const target = {
      host: "mail.example.org",
      port: 25,
      security: "starttls",
      from: "m@example.org",
      to: ["ops@example.org"],
    }
    await net.call("PUT", "health/channels/ops", { type: "mail", minimum: "error", target })
    const roomOf = (i: number) => ({ room: i < 3 ? "hall-1" : "hall-2", ...(i === 0 && { spare: "" }) })
    const filers = Array.from({ length: 6 }, (_, i) => [`source-sysinfo-filer${i + 1}`, roomOf(i)])
    await net.call("PATCH", "clients", { labels: Object.fromEntries(filers) })
  })
  afterAll(() => scope.close())

  test.for(Object.keys(READERS))(
    "every page comes without a complaint: %s",
    { timeout: 240_000 },
    async (reader, t) => {
      const { page, complaints } = await open(t, READERS[reader]!)
      await eventually(async () => (await net.answer("metrics?limit=1")).total).toBeGreaterThan(1000)
      await eventually(async () => (await net.answer("health/findings")).total).toBeGreaterThan(0)
      for (const [name, [path, text, act]] of Object.entries(PAGES)) {
        await page.goto(net.page + path)
        await eventually(() => page.locator("main").innerText()).toMatch(text)
        await act?.(page)
        await eventually(() => page.getByText(/^(Loading|Lädt)/).count()).toBe(0)
        await keep(page, `fleet ${name}, ${reader}`)
        await expectWell(page, name, complaints)
      }
    },
  )

  test("an operator goes through all of it: a finding, a chart, a configuration, the network, the log", {
    timeout: 120_000,
  }, async (t) => {
    const { page, complaints } = await open(t, READERS["light, 1440 px"]!)
    const main = page.locator("main")
    const text = () => eventually(() => main.innerText())
    const enter = (name: RegExp) => page.getByRole("navigation").getByRole("link", { name }).first().click()
    await page.goto(net.page)
    await main.getByRole("link", { name: /hall\.rack4\.outlet8\.power/ }).click()
    await page.getByLabel("Note", { exact: true }).fill("a new sensor is ordered")
    await page.getByRole("button", { name: "Acknowledge" }).click()
    await text().toMatch(/Acknowledged by local[\s\S]*Written by local/)
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("a new sensor is ordered")

    await enter(/^Metrics/)
    await page.getByRole("searchbox").fill("rack1 outlet")
    await text().toMatch(/^8 metrics/m)
    await page.getByRole("grid").focus()
    await page.keyboard.press("Control+a")
    await page.getByRole("button", { name: "Show in chart" }).click()
    await text().toMatch(/(hall\.rack1\.outlet\d\.power[\s\S]*){8}/)
    await eventually(() => zoomed(page)).not.toContain("live=1")
    await keep(page, "fleet explore, eight")
    await expectWell(page, "explore, eight", complaints)

    await enter(/^Clients/)
    await page.getByRole("link", { name: "source-sysinfo-filer1", exact: true }).click()
    await page.getByRole("link", { name: "Edit and versions" }).click()
    await page.getByLabel("Rate", { exact: true }).fill("1")
    await page.getByRole("tab", { name: /Effect/ }).click()
    await text().toMatch(/As the running agent says[\s\S]*rate 1\/2\ss → 1\sHz/)
    await keep(page, "fleet configuration, effect")
    await expectWell(page, "configuration, effect", complaints)
    await page.getByRole("button", { name: "Save and apply…" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Save and apply" }).click()
    await text().toMatch(/accepted[\s\S]*Version 2/)

    await enter(/^Network/)
    await page.locator('[data-node="stack:source:source-sysinfo-filer*"]').dblclick()
    await page.locator('[data-node="source-sysinfo-filer3"]').click()
    await page.getByRole("region", { name: "source-sysinfo-filer3" }).waitFor()
    await keep(page, "fleet network, open")
    await expectWell(page, "network, open", complaints)

    await enter(/^Settings/)
    await page.getByRole("link", { name: "Audit log" }).click()
    await text().toMatch(
      /config\.apply\s+source-sysinfo-filer1[\s\S]*config\.set\s+source-sysinfo-filer1[\s\S]*finding\.acknowledge/,
    )
    await expectWell(page, "audit", complaints)
  })

  test("with the first user the page asks who is there, for everybody", { timeout: 60_000 }, async (t) => {
    const password = "correct horse battery"
    await net.call("POST", "users", { name: "ann", role: "administrator", password })
    for (const [reader, options] of Object.entries(READERS)) {
      const { page, complaints } = await open(t, options)
      await page.goto(`${net.page}metrics`)
      await page.getByLabel("Name").fill("ann")
      await keep(page, `fleet login, ${reader}`)
      await expectWell(page, "login", complaints)
      await page.getByLabel(/^Pass/).fill(password)
      await page.keyboard.press("Enter")
      await eventually(() => page.locator("main").innerText()).toMatch(/hall\.filer1/)
      expect(complaints).toEqual([])
    }
  })
})
