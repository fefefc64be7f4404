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

/** Pages in their states, and what is there when they have come. */
const PAGES: Record<string, [path: string, text: RegExp]> = {
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
  clients: ["clients", /source-http-racks/],
  client: ["clients/source-http-racks", /hall\.rack1/],
  configurations: ["configuration", /source-http-racks/],
  configuration: ["configuration/source-sysinfo-filer1", /cpu\.usage: how busy/],
  formulas: ["configuration/transformer-hall", /hall\.pue[^\d]+1\.\d/],
  new: ["configuration?new=", /source-sysinfo/],
  template: ["configuration/source-sysinfo-c?template=source-sysinfo", /cpu\.usage: how busy/],
  network: ["network", /source-http-racks/],
  "network, selected": ["network?select=transformer-hall", /hall\.it\.power/],
  "network, table": ["network?view=table", /source-http-racks/],
  "network, queues": ["network?view=queues", /./],
  lineage: ["network/hall.pue", /hall\.cooling\.power/],
  health: ["health", /hall\.rack4\.outlet8\.power/],
  "health, history": ["health?view=history", /./],
  "health, settings": ["health?view=settings", /Webhook/],
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
  })
  afterAll(() => scope.close())

  test.for(Object.keys(READERS))(
    "every page comes without a complaint: %s",
    { timeout: 240_000 },
    async (reader, t) => {
      const { page, complaints } = await open(t, READERS[reader]!)
      await eventually(async () => (await net.answer("metrics?limit=1")).total).toBeGreaterThan(1000)
      await eventually(async () => (await net.answer("health/findings")).total).toBeGreaterThan(0)
      for (const [name, [path, text]] of Object.entries(PAGES)) {
        await page.goto(net.page + path)
        await eventually(() => page.locator("main").innerText()).toMatch(text)
        await keep(page, `fleet ${name}, ${reader}`)
        await expectWell(page, name, complaints)
      }
    },
  )
})
