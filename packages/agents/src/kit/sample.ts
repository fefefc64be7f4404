import { readFileSync } from "node:fs"
import type { JsonObject } from "@metricq/client"

/** The `sample.json` of a kind, by its folder. */
export function readSample(kind: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../../src/${kind}/sample.json`, import.meta.url), "utf8"))
}
