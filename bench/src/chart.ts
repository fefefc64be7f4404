import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium, type Page } from "playwright-core"
import { isMain, printTable } from "./measure.js"

const METRICS = 20
const FRAMES = 300
/** Frames come as fast as they can be drawn, by software, so that the time between two is what one costs. */
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--disable-frame-rate-limit", "--disable-gpu-vsync"],
]

interface DevServer {
  startDevServer(): Promise<{ url: string; stop(): Promise<void> }>
}

/** How far the wheel turns in each frame. */
interface Turn {
  deltaX?: number
  deltaY?: number
}

/** Milliseconds a frame of a gesture costs in the page's chart: headless Chromium, software raster, tiles of a made-up network. */
export async function run(): Promise<void> {
  const address = new URL("../../packages/web/ui/dev/server.mjs", import.meta.url).href
  const { startDevServer }: DevServer = await import(address)
  const server = await startDevServer()
  const profile = mkdtempSync(join(tmpdir(), "metricq-chart-"))
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium"
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath, args: FLAGS, headless: true, viewport: { width: 1400, height: 860 } },
  })
  try {
    const page = await context.newPage()
    const names = Array.from({ length: METRICS }, (_, i) => `m=cluster.node${String(i + 1).padStart(2, "0")}.power`)
    await page.goto(`${server.url}explore?from=now-12h&to=now-6h&${names.join("&")}`)
    await page.waitForFunction((rows) => document.querySelectorAll("tbody tr").length === rows, METRICS)
    await page.waitForLoadState("networkidle")
    const gestures: [string, Turn][] = [
      ["pan", { deltaX: 6 }],
      ["pan back", { deltaX: -6 }],
      ["zoom in", { deltaY: -12 }],
      ["zoom out", { deltaY: 12 }],
    ]
    const rows: string[][] = []
    for (const [name, wheel] of gestures) rows.push([name, ...(await frames(page, wheel)).map((ms) => ms.toFixed(1))])
    console.log(`${METRICS} metrics, ${FRAMES} frames each, window of 1400 × 860, ms a frame`)
    printTable(["gesture", "median", "95 %", "longest"], rows)
  } finally {
    await context.close()
    await server.stop()
    rmSync(profile, { recursive: true, force: true })
  }
}

/** Turns the wheel a little in each frame: median, 95th percentile and maximum of the time from frame to frame. */
async function frames(page: Page, wheel: Turn): Promise<number[]> {
  const times = await page.evaluate(
    async ({ wheel, count }) => {
      const chart = document.querySelector(".chart") as Element
      const box = chart.getBoundingClientRect()
      const at = { clientX: box.left + box.width / 2, clientY: box.top + 100, bubbles: true, cancelable: true }
      const times: number[] = []
      let last = 0
      for (let i = 0; i <= count; i++) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now())))
        if (i > 0) times.push(now - last)
        last = now
        chart.dispatchEvent(new WheelEvent("wheel", { ...at, ...wheel }))
      }
      return times
    },
    { wheel, count: FRAMES },
  )
  await page.waitForTimeout(1000)
  times.sort((a, b) => a - b)
  return [0.5, 0.95, 1].map((part) => times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0)
}

if (isMain(import.meta.url)) await run()
