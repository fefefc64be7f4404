import { freePort, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { violations } from "./accessibility.js"
import { noBrowser, openPage } from "./browser.js"
import { MetricqProcess } from "./metricq-process.js"

const READERS = [
  ["light", { colorScheme: "light", locale: "en-GB" }],
  ["dark", { colorScheme: "dark", locale: "de-DE" }],
  ["on a phone", { viewport: { width: 390, height: 844 }, locale: "en-GB" }],
] as const

describe.skipIf(noBrowser)(noBrowser ? `Docs [left out: ${noBrowser}]` : "Docs", () => {
  test("the page leads to the description of its API, which everybody can read and unfold", {
    timeout: 120_000,
  }, async (t) => {
    const folder = await temporaryFolder(t, "docs")
    const port = String(await freePort())
    const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", port], { cwd: folder })
    const url = (await up.line(/^ready/)).split("  ")[2] as string
    for (const [name, options] of READERS) {
      const { page, complaints } = await openPage(t, options)
      page.setDefaultTimeout(12_000)
      await page.goto(url)
      if (name === "on a phone") await page.getByRole("button", { name: "Menu" }).click()
      await page.getByRole("link", { name: /^HTTP.API$/ }).click()
      await page.waitForURL(`${url}api/docs`)
      expect([name, await violations(page)]).toEqual([name, []])
      const answer = page.getByText('"points":60')
      expect(await answer.isVisible()).toBe(false)
      await page.goto(`${url}api/docs#postHistory`)
      await answer.waitFor()
      expect(await answer.textContent()).toContain(`'${url}api/v1/history'`)
      await page.getByText("/configs/{token}/restore").last().click()
      await page.getByText('"note":"as it was"').waitFor()
      expect([name, await violations(page)]).toEqual([name, []])
      const width = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, width]).toEqual([name, 0])
      expect([name, complaints]).toEqual([name, []])
    }
  })
})
