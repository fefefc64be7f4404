#!/usr/bin/env node
/**
 * Serves PouchDB over HTTP, an implementation of CouchDB's API that is not ours, for the tests that METRICQ_TEST_COUCHDB turns on:
 *
 *     node bin/pouchdb-server.mjs [port]
 *
 * It stands in a cache folder, not among the dependencies: it is old and large, and only these tests want it. Data is in memory.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const packages = [
  "express@4",
  "express-pouchdb@4.2.0",
  ...["core", "adapter-memory", "adapter-http", "mapreduce", "replication"].map((part) => `pouchdb-${part}@7`),
]
const folder = fileURLToPath(new URL("../node_modules/.cache/pouchdb/", import.meta.url))
if (!existsSync(join(folder, "node_modules"))) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n')
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  })
}

const require = createRequire(join(folder, "package.json"))
const PouchDB = ["adapter-memory", "adapter-http", "mapreduce", "replication"].reduce(
  (built, part) => built.plugin(require(`pouchdb-${part}`)),
  require("pouchdb-core"),
)
const app = require("express")()
const settings = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: join(folder, "log.txt") }
app.use(require("express-pouchdb")(PouchDB.defaults({ adapter: "memory" }), settings))
const server = app.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`ready  http://127.0.0.1:${server.address().port}/`)
})
