import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addDbBackup } from "./db/backup.js"
import { addDbCancel } from "./db/cancel.js"
import { addDbCompact } from "./db/compact.js"
import { addDbDelete } from "./db/delete.js"
import { addDbJobs } from "./db/jobs.js"
import { addDbRestore } from "./db/restore.js"
import { addDbStatus } from "./db/status.js"
import { addDbVerify } from "./db/verify.js"

/** Adds `metricq db` and its subcommands: looking after a database. */
export function addDb(program: Command): void {
  const db = program.command("db").description("look after a database: its state, backups, deleting")

  for (const add of [addDbStatus, addDbVerify, addDbCompact, addDbDelete, addDbBackup, addDbRestore]) add(db)
  for (const add of [addDbJobs, addDbCancel]) add(db)
  withExamples(db, [
    ["metricq db status", "what it stores and how it is"],
    ["metricq db backup /backup/metricq", "while it runs"],
    ["metricq db delete 'lab.tmp.**'", "asks before"],
  ])
}
