import { freePort, temporaryFolder } from "@metricq/testkit"
import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

/** What a page may load, compressed, that is opened for the first time; but for the editor of configurations. */
const MOST_BYTES = 150_000

/** A sight of each page that has something of its own, with what says that it is there. */
const placesWith = (metric: string) =>
  [
    ["", "Right now"],
    [`explore?m=${metric}`, metric],
    ["metrics", "Last 15 min"],
    [`metrics/${metric}`, "Lineage"],
    ["clients", "source-sysinfo"],
    ["clients/source-sysinfo", "Last seen"],
    ["configuration", "source-sysinfo"],
    ["network", "Show all"],
    ["health", "Warnings"],
    ["health?view=settings", "Thresholds"],
    ["settings", "Appearance"],
    ["settings/users", "Users"],
    ["settings/audit", "Audit log"],
  ].map(([place, sign]) => ({ place: place!, sign: sign! }))

/** Bytes of the page's own files as they come over the wire, without what the API answers; to be set to 0 by the caller. */
async function counting(page: Page, root: string): Promise<{ bytes: number; forget(): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  const own = new Set<string>()
  const count = {
    bytes: 0,
    async forget() {
      await session.send("Network.clearBrowserCache")
      count.bytes = 0
    },
  }
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.url.startsWith(root) && !response.url.startsWith(`${root}api/`)) own.add(requestId)
  })
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (own.has(requestId)) count.bytes += encodedDataLength
  })
  await session.send("Network.enable")
  return count
}

/** Name of a metric of this machine, once there is one. */
async function measured(root: string): Promise<string> {
  const found = async () => (await (await fetch(`${root}api/v1/metrics?search=cpu.usage`)).json()).metrics
  await expect.poll(found, { timeout: 15_000 }).not.toEqual([])
  return (await found())[0].name
}

describe.skipIf(noBrowser)(noBrowser ? `Size [left out: ${noBrowser}]` : "Size", () => {
  test("every page loads less than 150 kB when it is opened first", { timeout: 120_000 }, async (t) => {
    const folder = await temporaryFolder(t, "size")
    const options = ["--data", "data", "--amqp-port", String(await freePort()), "--http-port", String(await freePort())]
    const up = MetricqProcess.start(t, ["up", ...options], { cwd: folder })
    const root = (await up.line(/^ready/)).split("  ")[2] as string
    const metric = await measured(root)
    const { page } = await openPage(t)
    page.setDefaultTimeout(15_000)
    const loaded = await counting(page, root)
    const sizes: Record<string, number> = {}
    for (const { place, sign } of placesWith(metric)) {
      await loaded.forget()
      await page.goto(`${root}${place}`)
      await page.getByText(sign).filter({ visible: true }).first().waitFor()
      sizes[place || "home"] = loaded.bytes
    }
    const lines = Object.entries(sizes).map(([place, bytes]) => `${(bytes / 1000).toFixed(1)} kB ${place}`)
    console.log(lines.join("\n"))
    expect(Math.min(...Object.values(sizes))).toBeGreaterThan(40_000)
    expect(Object.entries(sizes).filter(([, bytes]) => bytes >= MOST_BYTES)).toEqual([])
  })
})
