import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

interface AxeWindow {
  axe: {
    run(): Promise<{
      violations: {
        id: string
        nodes: { target: unknown[]; any: { message: string }[]; all: { message: string }[] }[]
      }[]
    }>
  }
}

const script = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What axe finds wrong for people who do not use the page by sight and mouse: a line for each place. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(script)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, all }) => `${id}: ${target.join(" ")}: ${(any[0] ?? all[0])?.message ?? ""}`),
    )
  })
}
