import { readFileSync } from "node:fs"
import * as client from "@metricq/client"
import { expect, test } from "vitest"
import * as metricq from "./index.js"

test("metricq offers every name of the client library, and no other", () => {
  expect({ ...metricq }).toEqual({ ...client })
})

test("types included", () => {
  const names = (url: URL) =>
    [...readFileSync(url, "utf8").matchAll(/(?:export (?:type )?\{|,)?\s*(?:type )?(\w+)\s*(?=[,}])/g)].map(
      ([, name]) => name,
    )
  const ours = new Set(names(new URL("../src/index.ts", import.meta.url)))
  const theirs = new Set(names(new URL("../../client/src/index.ts", import.meta.url)))
  expect([...ours].sort()).toEqual([...theirs].sort())
})
