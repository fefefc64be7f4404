import { chromium } from "playwright-core"
import { mkdtempSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
const base = process.argv[2], only = process.argv[3]
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const kinds = { light: { colorScheme: "light", viewport: { width: 1440, height: 900 } , locale: "en-GB"}, dark: { colorScheme: "dark", viewport: { width: 1440, height: 900 }, locale: "de-DE" }, phone: { viewport: { width: 390, height: 844 }, locale: "en-GB" } }
for (const [kind, opts] of Object.entries(kinds)) {
  if (only && only !== kind) continue
  const ctx = await chromium.launchPersistentContext(mkdtempSync("/tmp/hup/prof-"), { executablePath: "/usr/bin/chromium", args: FLAGS, headless: true, ...opts })
  const page = ctx.pages()[0]
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) console.log(kind, m.text()) })
  page.on("pageerror", (e) => console.log(kind, String(e)))
  const { findings } = await (await fetch(`${base}api/v1/health/findings`)).json()
  const pick = (k) => findings.find((f) => f.kind === k)?.id ?? findings[0]?.id
  const paths = { health: "health", open: `health?state=open&id=${pick("gone")}`, single: `health?state=open&id=${pick("stuck")}`, history: "health?view=history", settings: "health?view=settings", home: "", client: "clients/source-odd", metric: "metrics/lab.rack3.future" }
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(base + path)
    await page.waitForTimeout(1200)
    await page.screenshot({ path: `/tmp/hup/shots/${name}-${kind}.png`, fullPage: false })
    await page.evaluate(axe)
    const v = await page.evaluate(async () => (await globalThis.axe.run()).violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target.join(" ")} ${(n.any[0] ?? n.all[0])?.message ?? ""}`)))
    if (v.length) console.log(kind, name, v)
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) console.log(kind, name, "too wide")
  }
  await ctx.close()
}
