import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { documents, root } from "./documents.js"
import { Program } from "./program.js"
import { metricqArguments, shellCommands } from "./shell-commands.js"

const bin = join(root, "packages/cli/bin/metricq.js")

/** What the commands of the page print, by their first words; the others wait for somebody, or change what the next ones see. */
const harmless: [words: string, output: RegExp][] = [
  ["metrics", /\.cpu\.usage$/m],
  ["discover", /^source-sysinfo /m],
  ["history", /^ +% {2}\w+\.cpu\.usage$/m],
  ["config get", /^ {2}"rate": 1,?$/m],
  ["config apply", /^(source-sysinfo|db-timeline) took its configuration$/m],
  ["config versions", /^ +1 /m],
  ["config set", /^source-py-dummy is at revision 1-/m],
  ["config restore", /^source-sysinfo is at revision /m],
  ["send", /^$/],
]
const notRun = ["up", "watch", "config edit"]

test("the commands of docs/howto/first-network.md do what it says, one after the other", {
  timeout: 60_000,
}, async (t) => {
  const cwd = await temporaryFolder(t, "howto")
  const up = Program.start(t, process.execPath, [bin, "up", "--amqp-port", "0", "--http-port", "0"], { cwd })
  const [, url = ""] = await up.line(/^ready {2}(\S+)/)
  const { blocks } = documents().find(({ file }) => file === "docs/howto/first-network.md")!
  const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => shellCommands(code))
  let run = 0
  for (const [at, words] of commands.entries()) {
    const args = metricqArguments(words)
    if (args === undefined || notRun.some((first) => args.join(" ").startsWith(first))) continue
    const [, output] = harmless.find(([first]) => args.join(" ").startsWith(first)) ?? []
    if (output === undefined) throw new Error(`howto-commands.test.ts does not know metricq ${args.join(" ")}`)
    const before = commands[at - 1]
    const input = args.at(-1) === "-" && before?.[0] === "echo" ? before[1] : ""
    const program = Program.start(t, process.execPath, [bin, ...args], { cwd, input, env: { METRICQ_SERVER: url } })
    expect([args, await program.exit(), program.stderr.filter((line) => !/nobody receives/.test(line))]).toEqual([
      args,
      0,
      [],
    ])
    expect(program.stdout.join("\n")).toMatch(
      args[0] === "metrics" && args.includes("--json") ? /"name": "[^"]*\.net\./ : output,
    )
    run++
  }
  expect(run).toBeGreaterThanOrEqual(harmless.length)
  expect(await up.interrupt()).toBe(0)
})
