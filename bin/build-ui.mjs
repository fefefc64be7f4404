#!/usr/bin/env node
/** Builds the page, packages/web/ui → packages/web/dist-ui, if a source is newer than the last build. `--force` builds always. */
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const ui = "packages/web/ui"
const stamp = "packages/web/dist-ui/.built"
const inputs = [
  `${ui}/src`,
  `${ui}/public`,
  `${ui}/index.html`,
  `${ui}/vite.config.mjs`,
  "packages/protocol/src",
  "package-lock.json",
]

const began = new Date()
if (process.argv.includes("--force") || !existsSync(stamp) || newest(inputs) > statSync(stamp).mtimeMs) {
  const { build } = await import("vite")
  await build({ configFile: join(ui, "vite.config.mjs"), logLevel: "warn" })
  writeFileSync(stamp, "")
  utimesSync(stamp, began, began)
}

/** The youngest change of files and folders: a folder's own time tells of files that went away. */
function newest(paths) {
  let time = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const stat = statSync(path)
    time = Math.max(time, stat.mtimeMs)
    if (stat.isDirectory()) time = Math.max(time, newest(readdirSync(path).map((name) => join(path, name))))
  }
  return time
}
