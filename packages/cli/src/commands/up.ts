import { type Command, Option } from "commander"
import type { UpOptions } from "../actions/up.js"
import { withCommonOptions, withExamples } from "../options/common.js"
import { COUCHDB_HELP, withDocuments } from "../options/documents.js"
import { parseAdministrators, repeated } from "../options/users.js"
import { dataOption } from "../options/users-folder.js"
import { parsePort } from "../options/values.js"
import { withVersionOptions } from "../options/versions.js"
import { withWebAccess } from "../options/web.js"

const HELP = `
A file for --config lists the agents to run, by their tokens:

  {
    "agents": {
      "source-lab": {
        "kind": "source-sysinfo",
        "config": { "rate": 1, "prefix": "lab" }
      }
    }
  }

"kind" can be left out where the token begins with it. "config" is stored as the
configuration of that token if it differs from what is stored; without it the
stored one is used. Without a file, source-sysinfo measures this machine once a
second; its configuration is written only if there is none. So is that of the
database, db-timeline: it stores every metric.

The page is open to everybody on this machine until there is a user, see metricq
users; with users everybody logs in, and it may listen for others (--http-host).
--oidc names a provider of OpenID Connect through which people log in, too.

A line beginning with "ready" tells that everything works. Ctrl-C and SIGTERM
stop everything within two seconds.`

/** Adds `metricq up`: a whole network in one process. */
export function addUp(program: Command): void {
  const command = program
    .command("up")
    .description(
      "run a whole network in this process: broker, manager, a database, a web page, and an agent that measures this machine",
    )
    .addOption(dataOption("where everything is kept"))
  withDocuments(command, "documents in the data folder")
    .option("--host <address>", "address the broker listens on; beyond loopback it needs --user", "127.0.0.1")
    .option("--amqp-port <port>", "port of the broker; 0 for any free one", parsePort, 5672)
    .option("--http-port <port>", "port of the web page; 0 for any free one", parsePort, 3000)
    .option("--http-host <address>", "address the page listens on; beyond loopback it needs users", "127.0.0.1")
    .option("--user <name:file>", "user of the broker, its password in a file, instead of guest; repeatable", repeated)
    .addOption(new Option("--broker <url>", "use this broker and start none").conflicts(["user"]))
    .option("--administrators <names>", "users that may change configurations, with commas", parseAdministrators, [])
    .option("--config <file>", "JSON file with the agents to run, instead of the one that measures this machine")
    .option("--no-demo", "run no agent that measures this machine")
    .option("--no-database", "store nothing")
    .option("--no-web", "serve no web page")
    .addHelpText("after", `${HELP}\n${COUCHDB_HELP}`)
    .action(async (options: UpOptions) => (await import("../actions/up.js")).up(options))
  withVersionOptions(command)
  withWebAccess(command)
  withCommonOptions(command)
  withExamples(command, [
    ["metricq up", "on amqp://127.0.0.1:5672/ and http://127.0.0.1:3000/"],
    ["metricq up --data ./data --amqp-port 5673 --http-port 3001", "another one beside it"],
    ["metricq up --host 0.0.0.0 --user lab:lab.password", "for other machines, too"],
    ["metricq up --broker amqps://rabbit.example.org/ --documents https://couch.example.org/", ""],
    ["METRICQ_BROKER=amqps://me:secret@rabbit.example.org/ metricq up", ""],
  ])
}
