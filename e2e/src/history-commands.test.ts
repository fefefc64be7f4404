import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Timestamp } from "@metricq/client"
import { onTestEnd } from "@metricq/testkit"
import { expect, test } from "vitest"
import { documents, root } from "./documents.js"
import { Program } from "./program.js"
import { metricqArguments, shellCommands } from "./shell-commands.js"
import { UpNetwork } from "./up-network.js"

const bin = join(root, "packages/cli/bin/metricq.js")
const page = "docs/howto/history-command.md"

/** What the commands of the page print, by the longest of these words that they begin with. */
const printed: Record<string, RegExp> = {
  history: /^time,metric,min,max,mean,sum,count,integral,active$/m,
  "history lab.node1.power --plot": /^ *W {2}lab\.node1\.power$/m,
  "history lab.node1.power --from -10min --raw": /^\d{4}-\S+Z,lab\.node1\.power,300$/m,
  "history lab.node1.power --from -1d --interval 1h --format table": /^time +metric +min +mean +max +points$/m,
  "history lab.node1.power --from -1d --points 200 --json": /"mean": 300,/,
  "history lab.*.power --from -30d --raw -o": /^$/,
  "energy -m lab.node1.power -m lab.node2.power -- sleep 2": /^lab\.node1\.power +60\d(\.\d+)? J .* 100 % +\d+$/m,
  "energy -m lab.*.power --json -o": /^$/,
  "energy -m lab.*.power --from": /^total +\S+ k?J /m,
  check: /^$/,
  "check lab.** --max-age 5min --json": /^\[\]$/,
  "db status": /^store points +[1-9]\d*$/m,
  "db verify": /^problems +0$/m,
  "db backup": /^segments +1$/m,
  "db restore": /^\.\/restored has what is in \.\/copy$/m,
}
const notRun = ["db delete"]

test(`the commands of ${page} do what it says, one after the other`, { timeout: 120_000 }, async (t) => {
  const net = await UpNetwork.start(t)
  await powered(t, net)
  const { blocks } = documents().find(({ file }) => file === page)!
  const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => shellCommands(code))
  const used = new Set<string>()
  for (const words of commands) {
    const args = metricqArguments(words)?.join(" ")
    if (args === undefined || notRun.some((first) => args.startsWith(first))) continue
    const key = Object.keys(printed)
      .filter((first) => args.startsWith(first))
      .reduce((longest, first) => (first.length > longest.length ? first : longest), "")
    const program = Program.start(t, process.execPath, [bin, ...metricqArguments(words)!], {
      cwd: net.folder,
      env: { METRICQ_SERVER: net.url },
    })
    const exit = await program.exit()
    expect([args, exit, program.stderr]).toEqual([args, 0, []])
    expect(program.stdout.join("\n")).toMatch(printed[key]!)
    used.add(key)
  }
  expect([...used].sort()).toEqual(Object.keys(printed).sort())
  expect(readFileSync(join(net.folder, "power.parquet")).subarray(0, 4).toString()).toBe("PAR1")
  expect(JSON.parse(readFileSync(join(net.folder, "energy.json"), "utf8"))).toMatchObject({ exitCode: 0 })
})

/** The metrics of the page, as if something measured them; resolves when the first points are stored. */
async function powered(t: Parameters<typeof UpNetwork.start>[0], net: UpNetwork): Promise<void> {
  const metrics = {
    "lab.node1.power": { unit: "W", rate: 20 },
    "lab.node2.power": { unit: "W", rate: 20 },
    "lab.hall.temperature": { unit: "°C", rate: 20 },
  }
  const source = await net.source("source-lab", { metrics })
  const timer = setInterval(() => {
    const now = Timestamp.now()
    for (const [at, metric] of Object.keys(metrics).entries()) void source.send(metric, now, 300 - at * 100)
  }, 50)
  onTestEnd(t, () => clearInterval(timer))
  const history = await net.history("history-of-the-test")
  for (const metric of Object.keys(metrics)) {
    const count = () =>
      history.historyAggregate(metric, { start: Timestamp.ago(60) }).then(
        ({ count }) => count,
        () => 0,
      )
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(1)
  }
  await expect
    .poll(async () => Object.keys(await history.getMetrics()).length, { timeout: 20_000 })
    .toBeGreaterThanOrEqual(3)
}
