import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { checkDatabaseConfig, databaseSample } from "./check-database-config.js"

test("the sample is right, and the README shows it", () => {
  expect(checkDatabaseConfig("db-lab", databaseSample())).toEqual([])
  const text = readFileSync(new URL("../../sample.json", import.meta.url), "utf8")
  expect(readFileSync(new URL("../../README.md", import.meta.url), "utf8")).toContain(text)
})
