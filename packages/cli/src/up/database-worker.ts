import { parentPort, workerData } from "node:worker_threads"
import type { LogFields, Logger, LogLevel } from "@metricq/client"
import { Database } from "@metricq/database"
import { oneLine } from "../errors.js"
import type { DatabaseThreadData, FromDatabaseThread, ToDatabaseThread } from "./database-messages.js"

/** The database of `metricq up`, in a thread of its own. Started by `DatabaseThread`. */
async function main(): Promise<void> {
  const { token, url, folder, administrators, isSuccessor, logLevel } = workerData as DatabaseThreadData
  const database = new Database({
    ...{ token, url, folder, administrators, isSuccessor, stopTimeout: 1 },
    logger: loggerTo(tell, logLevel),
  })
  parentPort?.on("message", ({ type }: ToDatabaseThread) => {
    if (type === "stop") void database.stop()
  })
  try {
    await database.start()
    tell({ type: "ready", metrics: database.metricCount })
    await database.stopped()
  } catch (error) {
    tell({ type: "failed", reason: oneLine(error) })
  } finally {
    await database.stop().catch((error: unknown) => tell({ type: "failed", reason: oneLine(error) }))
    parentPort?.close()
  }
}

function tell(message: FromDatabaseThread): void {
  parentPort?.postMessage(message)
}

/** What cannot be sent to another thread becomes text. */
function loggerTo(send: typeof tell, from: LogLevel): Logger {
  const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"]
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (levels.indexOf(level) >= levels.indexOf(from))
      send({ type: "log", level, message, fields: fields && texts(fields) })
  }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
}

function texts(fields: LogFields): Record<string, string> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    known.map(([name, value]) => [name, value instanceof Error ? oneLine(value) : String(value)]),
  )
}

void main()
