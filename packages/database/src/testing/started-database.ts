import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type JsonObject, type Logger, silentLogger } from "@metricq/client"
import { Database, type DatabaseOptions } from "../index.js"

/** What a test gives us to clean up after it. */
export interface CleanupScope {
  onTestFinished(cleanup: () => unknown): void
}

/** The network of a test. */
export interface TestedNetwork {
  readonly url: string
  readonly admin: { readonly name: string }
  configure(token: string, config: JsonObject): Promise<void>
}

/** A logger that keeps the lines of a level. */
export function keepingLogger(level: "warn" | "error" = "warn"): Logger & { readonly lines: string[] } {
  const lines: string[] = []
  return { ...silentLogger, lines, [level]: (line: string) => void lines.push(line) }
}

/** An empty folder that goes with the test. */
export async function databaseFolder(t: CleanupScope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "metricq-database-"))
  t.onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}

/** Configures and starts a database, which ends with the test. */
export async function startDatabase(
  t: CleanupScope,
  net: TestedNetwork,
  config: JsonObject | null = { patterns: ["**"], stats: false },
  options: Partial<DatabaseOptions> = {},
): Promise<Database> {
  const { token = "db-test", folder = await databaseFolder(t) } = options
  if (config !== null) await net.configure(token, config)
  const database = new Database({
    ...{ url: net.url, logger: silentLogger, administrators: [net.admin.name] },
    ...options,
    ...{ token, folder },
  })
  t.onTestFinished(() => database.stop())
  await database.start()
  return database
}
