import { consoleLogger } from "@metricq/client"
import { Database, type DatabaseOptions } from "../index.js"

/** A database as a process of its own, to be killed. Its options are the first argument, as JSON. It prints a line once it works. */
const options = JSON.parse(process.argv[2] ?? "{}") as DatabaseOptions
const database = new Database({ ...options, logger: consoleLogger("error") })
process.once("SIGTERM", () => void database.stop())
await database.start()
process.stdout.write("ready\n")
await database.stopped()
