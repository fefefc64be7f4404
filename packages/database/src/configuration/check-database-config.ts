import { readFileSync } from "node:fs"
import type { JsonObject } from "@metricq/client"
import { StoragePlan } from "./storage-plan.js"

/**
 * Check the configuration of a database, without one: what is odd about it, a line each.
 *
 * @throws {ConfigError} naming each place that is wrong
 */
export function checkDatabaseConfig(token: string, document: unknown): readonly string[] {
  return new StoragePlan(token, document).warnings
}

/** A configuration that works, and shows what there is. */
export function databaseSample(): JsonObject {
  return JSON.parse(readFileSync(new URL("../../sample.json", import.meta.url), "utf8"))
}
