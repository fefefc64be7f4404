#!/usr/bin/env node
/**
 * Fails when the lock file would make `npm ci` refuse or fail elsewhere: an optional platform package that a locked package names
 * but the lock lacks or a registry address.
 */
import { readFileSync } from "node:fs"

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"))
const problems = []

for (const [path, entry] of Object.entries(packages)) {
  if (/^https?:/.test(entry.resolved ?? "")) problems.push(`${path}: names a registry host`)
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!findLocked(path, name)) problems.push(`${path}: optional package ${name} is missing`)
  }
}

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`check-lock: ${problems.length} problem${problems.length === 1 ? "" : "s"} in package-lock.json`)
  process.exit(1)
}
console.log("check-lock: the lock file is whole")

/** Node's own look-up: beside the package, then one folder up after the other. */
function findLocked(path, name) {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf("/node_modules/")))) {
    if (`${base}${base ? "/" : ""}node_modules/${name}` in packages) return true
    if (base === "" || !base.includes("/node_modules/")) return `node_modules/${name}` in packages
  }
}
