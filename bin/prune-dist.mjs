#!/usr/bin/env node
/** Removes outputs whose source file is gone: `tsc -b` leaves them, and the tests would go on running them. */
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join, relative } from "node:path"

const roots = [...readdirSync("packages").map((name) => join("packages", name)), "packages/web/ui", "e2e", "bench"]

for (const root of roots) {
  const dist = join(root, "dist")
  if (!existsSync(dist)) continue
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".tsbuildinfo")) continue
    const output = join(entry.parentPath, entry.name)
    const source = join(root, "src", relative(dist, output).replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts"))
    if (!existsSync(source)) rmSync(output)
  }
}
