import { existsSync } from "node:fs"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { type BrowserContextOptions, chromium, type Page } from "playwright-core"

const executablePath = process.env.METRICQ_TEST_CHROMIUM ?? "/usr/bin/chromium"

/** Why browser tests are left out here; undefined if there is a Chromium. */
export const noBrowser = existsSync(executablePath) ? undefined : "no Chromium"

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
]

/** A page in a browser of its own, which ends with the test; and all that it complained about. */
export async function openPage(
  t: TestScope,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const profile = await temporaryFolder(t, "chromium")
  const viewport = { width: 1400, height: 860 }
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath, args: FLAGS, headless: true, viewport, locale: "en-GB", timezoneId: "Europe/Berlin" },
    ...options,
  })
  onTestEnd(t, () => context.close())
  const complaints: string[] = []
  const page = context.pages()[0] ?? (await context.newPage())
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      complaints.push(`${message.text()} ${message.location().url}`.trim())
  })
  page.on("pageerror", (error) => complaints.push(String(error)))
  return { page, complaints }
}
