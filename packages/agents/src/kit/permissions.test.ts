import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { checkCommand, readPermissions } from "./permissions.js"

test("without a file nothing is allowed", () => {
  expect(() => checkCommand("date", { commands: [], plugins: {} })).toThrow("--allow")
})

test("commands are allowed word for word, or by their beginning", async (t) => {
  const file = join(await temporaryFolder(t), "allow.json")
  writeFileSync(file, JSON.stringify({ commands: ["date +%s", "/opt/lab/*"] }))
  const permissions = readPermissions(file)
  checkCommand("date +%s", permissions)
  checkCommand("/opt/lab/read --all", permissions)
  for (const command of ["date", "date +%s; rm x", "/opt/labor", ""]) {
    expect(() => checkCommand(command, permissions)).toThrow("may not be run on this machine")
  }
})

test("a file that is wrong is an error, not nothing", async (t) => {
  const file = join(await temporaryFolder(t), "allow.json")
  writeFileSync(file, '{"command": ["*"]}')
  expect(() => readPermissions(file)).toThrow("cannot be used")
})
