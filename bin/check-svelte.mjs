#!/usr/bin/env node
/**
 * Checks the types of the page's Svelte components, which tsc does not read. svelte-check needs an older TypeScript than the rest; both are
 * installed below tools/svelte-check.
 */
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const require = createRequire(new URL("../tools/svelte-check/package.json", import.meta.url))
const program = join(dirname(require.resolve("svelte-check/package.json")), "bin", "svelte-check")
const options = ["--workspace", "packages/web/ui", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"]
// Colours and progress are for people; a program that reads this wants lines.
const output = process.stdout.isTTY ? "human" : "machine"
const { status, error } = spawnSync(process.execPath, [program, ...options, "--output", output], { stdio: "inherit" })
if (error) throw error
process.exit(status ?? 1)
