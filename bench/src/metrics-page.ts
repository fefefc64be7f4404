import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { onTestEnd, Scope, startNetwork, temporaryFolder } from "@metricq/testkit"
import { WebServer } from "@metricq/web"
import { chromium, type Page } from "playwright-core"
import { isMain, printTable } from "./measure.js"

const SOURCES = 10
const NODES = 1000
const METRICS: Record<string, { unit: string; description: string }> = {
  power: { unit: "W", description: "wall plug" },
  "power.average": { unit: "W", description: "mean of a minute" },
  energy: { unit: "J", description: "since it was switched on" },
  "inlet.temperature": { unit: "°C", description: "air that comes in" },
  "outlet.temperature": { unit: "°C", description: "air that goes out" },
  "cpu.usage": { unit: "%", description: "busy cores" },
  "cpu.clock": { unit: "Hz", description: "mean of all cores" },
  "memory.used": { unit: "B", description: "without caches" },
  "network.rx": { unit: "B/s", description: "received" },
  "network.tx": { unit: "B/s", description: "sent" },
}
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
]
const ROUNDS = 5

/** What is typed, key by key; the field is emptied before each. */
const TYPED: Record<string, string> = {
  words: "node12 power",
  "other words": "temperature rack3",
  "regular expression": "/rack[1-3]\\..*power$/",
}

/**
 * Milliseconds from a key to the picture of what it finds, on the page of metrics, among 100,000 in a real network: broker, manager, ten
 * sources, web server, headless Chromium, all on this machine. A key is pressed when the one before has been answered and painted.
 */
export async function run(): Promise<void> {
  const scope = new Scope()
  try {
    const url = await startServer(scope)
    const page = await openPage(scope)
    await page.goto(`${url}metrics`)
    const total = `${(SOURCES * NODES * Object.keys(METRICS).length) / 1000} 000`.replace(" ", "\u202f")
    await page.getByText(new RegExp(`^${total} `)).waitFor({ timeout: 60_000 })
    const rows: string[][] = []
    for (const [name, text] of Object.entries(TYPED)) {
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) times.push(...(await type(page, text)))
      rows.push([name, ...figures(times)])
    }
    rows.push(["clearing", ...figures(await clear(page))])
    console.log(`100,000 metrics, key to paint in ms, ${ROUNDS} rounds`)
    printTable(["what", "keys", "median", "95 %", "longest"], rows)
  } finally {
    await scope.close()
  }
}

async function startServer(scope: Scope): Promise<string> {
  const net = await startNetwork(scope)
  for (let i = 0; i < SOURCES; i++) {
    const names = Array.from({ length: NODES }, (_, node) => `lab.rack${i}.node${node}`)
    const entries = names.flatMap((name) =>
      Object.entries(METRICS).map(([metric, metadata]) => [`${name}.${metric}`, { ...metadata, rate: 1 }] as const),
    )
    await net.source(`source-rack${i}`, { metrics: Object.fromEntries(entries) })
  }
  const uiFolder = join(import.meta.dirname, "../../packages/web/dist-ui")
  const server = new WebServer({ url: net.admin.url, port: 0, uiFolder, logger: silentLogger })
  onTestEnd(scope, () => server.stop())
  await server.start()
  return server.address
}

async function openPage(scope: Scope): Promise<Page> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium"
  const profile = await temporaryFolder(scope, "chromium")
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath, args: FLAGS, headless: true, viewport: { width: 1400, height: 860 }, locale: "en-GB" },
  })
  onTestEnd(scope, () => context.close())
  const page = context.pages()[0] ?? (await context.newPage())
  await page.addInitScript(watchKeys)
  return page
}

interface KeyWatch {
  /** Resolves to the milliseconds from the key to the paint of the answer to what then stands in the field. */
  next: Promise<number>
  begin(): void
}

/** Runs in the page: notes when a key comes in, when the list for it has been answered, and when that has been painted. */
function watchKeys(): void {
  const ask = window.fetch
  let keyed = 0
  let done: (ms: number) => void = () => {}
  const watch: KeyWatch = {
    next: Promise.resolve(0),
    begin: () => {
      watch.next = new Promise((resolve) => {
        done = resolve
      })
    },
  }
  Object.assign(window, { keyWatch: watch })
  addEventListener("beforeinput", () => {
    keyed = performance.now()
  })
  window.fetch = async (...given) => {
    const response = await ask(...given)
    const asked = new URL(String(given[0]), location.href)
    const isList = asked.pathname.endsWith("/metrics") && (asked.searchParams.get("offset") ?? "0") === "0"
    const field = document.querySelector<HTMLInputElement>('input[type="search"]')
    if (!isList || (asked.searchParams.get("search") ?? "") !== field?.value.trim()) return response
    const read = response.json.bind(response)
    response.json = async () => {
      const answer = await read()
      // The page shows it right after this; the frame after next has been painted.
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - keyed)))
      return answer
    }
    return response
  }
}

/** Types a text into the empty field; the milliseconds of each key. A blank at the end asks for nothing new and is not measured. */
async function type(page: Page, text: string): Promise<number[]> {
  await clear(page)
  const times: number[] = []
  for (const key of text) {
    if (key === " ") await page.keyboard.type(key)
    else times.push(await press(page, () => page.keyboard.type(key)))
  }
  return times
}

/** Empties the field ten times over; the milliseconds of each. */
async function clear(page: Page): Promise<number[]> {
  const field = page.getByRole("searchbox")
  const times: number[] = []
  for (let i = 0; i < 10; i++) {
    await field.focus()
    if ((await field.inputValue()) === "") await press(page, () => page.keyboard.type("n"))
    await page.keyboard.press("Control+a")
    times.push(await press(page, () => page.keyboard.press("Delete")))
  }
  return times
}

async function press(page: Page, key: () => Promise<void>): Promise<number> {
  await page.evaluate(() => (window as unknown as { keyWatch: KeyWatch }).keyWatch.begin())
  await key()
  return page.evaluate(() => (window as unknown as { keyWatch: KeyWatch }).keyWatch.next)
}

function figures(times: number[]): string[] {
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0
  return [String(times.length), ...[0.5, 0.95, 1].map((part) => at(part).toFixed(0))]
}

if (isMain(import.meta.url)) await run()
