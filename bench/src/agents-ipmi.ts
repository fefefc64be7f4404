import { execFile } from "node:child_process"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import {
  IpmiSimulator,
  Scope,
  type SimulatedSensor,
  startNetwork,
  type TestNetwork,
  temporaryFolder,
} from "@metricq/testkit"
import { cpuOf, MeasuredProcess, memoryOf } from "./database-process.js"
import { isMain, printTable } from "./measure.js"
import { megabytes } from "./numbers.js"

/**
 * 1,000 sensors of 100 BMCs that `ipmi_sim` simulates, read every four seconds: by source-ipmi in a process of its own, and beside it by
 * nothing but `ipmi-sensors`, which prints them. Then again while one BMC hangs, and the program waits for it longer than a round.
 */

const BMCS = 100
const SENSORS = 10
const INTERVAL_S = 4
const ROUNDS = 4
/** How long the program waits for a BMC that hangs; the original's default is 0.95 s. */
const SESSION_MS = 6000

const sensors: readonly SimulatedSensor[] = Array.from({ length: SENSORS }, (_, i) => ({
  name: `Temp ${i + 1}`,
  type: 0x01,
  unit: 1,
  reading: 20 + i,
}))

export async function run(): Promise<void> {
  if (!IpmiSimulator.isInstalled) {
    console.log("left out: ipmi_sim or FreeIPMI is not installed")
    return
  }
  const scope = new Scope()
  try {
    const bmcs = await fleet(scope)
    const rows = [await plain(scope, bmcs), await ours(scope, bmcs, "source-ipmi")]
    bmcs[0]?.hang()
    rows.push(await plain(scope, bmcs, "ipmi-sensors, one hangs"), await ours(scope, bmcs, "source-ipmi, one hangs"))
    printTable(["who", "points/s", "a round", "missed/min", "CPU own", "CPU programs", "memory"], rows)
  } finally {
    await scope.close()
  }
}

async function fleet(scope: Scope): Promise<IpmiSimulator[]> {
  const port = await IpmiSimulator.freePort()
  const start = (i: number) => IpmiSimulator.start(scope, { address: `127.0.1.${i + 1}`, port, sensors })
  return Promise.all(Array.from({ length: BMCS }, (_, i) => start(i)))
}

const parameters = { "-l": "ADMIN", "--session-timeout": SESSION_MS, "--retransmission-timeout": 650 }

/** The program alone, round after round as a shell script would run it, all sensors of all BMCs each time. */
async function plain(scope: Scope, bmcs: readonly IpmiSimulator[], who = "ipmi-sensors"): Promise<string[]> {
  const folder = await temporaryFolder(scope)
  const credentials = join(folder, "freeipmi.conf")
  await writeFile(credentials, "username monitor\npassword secret\n", { mode: 0o600 })
  const hosts = bmcs.map(({ host }) => host).join(",")
  const limits = [`--session-timeout=${SESSION_MS}`, "--retransmission-timeout=650"]
  const own = ["-l", "ADMIN", ...limits, `--sdr-cache-directory=${folder}`]
  const words = [
    "-h",
    hosts,
    "-F",
    String(bmcs.length),
    `--config-file=${credentials}`,
    "--no-header-output",
    "-Q",
    ...own,
  ]
  const read = async () => {
    const { stdout } = await promisify(execFile)("ipmi-sensors", words, { maxBuffer: 2 ** 26 }).catch((error) => error)
    return String(stdout).split("\n").length - 1
  }
  await read()
  const [begun, cpu] = [performance.now(), cpuOf(process.pid).childrenS]
  let [rows, missed, longest] = [0, 0, 0]
  for (let deadline = 0; deadline < ROUNDS; ) {
    await pause(deadline * INTERVAL_S * 1000 - (performance.now() - begun))
    const roundBegun = performance.now()
    rows += await read()
    longest = Math.max(longest, performance.now() - roundBegun)
    const next = Math.max(deadline + 1, Math.ceil((performance.now() - begun) / 1000 / INTERVAL_S))
    missed += Math.min(next, ROUNDS) - deadline - 1
    deadline = next
  }
  const seconds = ROUNDS * INTERVAL_S
  const programs = cpuOf(process.pid).childrenS - cpu
  return [
    who,
    rate(rows, seconds),
    `${(longest / 1000).toFixed(1)} s`,
    perMinute(missed, seconds),
    "",
    percent(programs, seconds),
    "",
  ]
}

async function ours(outer: Scope, bmcs: readonly IpmiSimulator[], who: string): Promise<string[]> {
  const scope = new Scope()
  outer.onTestFinished(() => scope.close())
  const net = await startNetwork(scope, { kind: "embedded" })
  const names = bmcs.map((_, i) => `bench.node${i + 1}`)
  const group = { hosts: bmcs.map(({ host }) => host), names, username: "monitor", password: "secret" }
  const metrics = Object.fromEntries(sensors.map(({ name }, i) => [`temp${i + 1}`, { name, unit: "degC" }]))
  await net.configure("source-ipmi", {
    interval: INTERVAL_S,
    ipmi_sensors_params: { ...parameters, "--sdr-cache-directory": await temporaryFolder(scope) },
    ipmi_hosts: [{ ...group, sensors: metrics }],
  })
  const sink = await net.sink(
    "sink-bench",
    names.flatMap((name) => Object.keys(metrics).map((suffix) => `${name}.${suffix}`)),
  )
  const agent = await MeasuredProcess.metricq(
    scope,
    ["agent", "source-ipmi", "--server", net.url],
    await temporaryFolder(scope),
  )
  await pause(2 * INTERVAL_S * 1000)
  sink.take(sink.pending).catch(() => undefined)
  const before = { skipped: await skippedRounds(net), ...cpuOf(agent.pid) }
  const begun = performance.now()
  await pause(ROUNDS * INTERVAL_S * 1000)
  const seconds = (performance.now() - begun) / 1000
  const points = await sink.take(sink.pending)
  const values = points.filter(([, , value]) => !Number.isNaN(value)).length
  const missed = (await skippedRounds(net)) - before.skipped
  const { ownS, childrenS } = cpuOf(agent.pid)
  const row = [who, rate(values, seconds), "", perMinute(missed, seconds), percent(ownS - before.ownS, seconds)]
  row.push(percent(childrenS - before.childrenS, seconds), `${megabytes(memoryOf(agent.pid).now)} MB`)
  await scope.close()
  return row
}

async function skippedRounds(net: TestNetwork): Promise<number> {
  const client = await net.adminClient()
  return Number((await client.rpcTo("source-ipmi", "discover")).skippedRounds)
}

function rate(count: number, seconds: number): string {
  return (count / seconds).toFixed(0)
}

function perMinute(count: number, seconds: number): string {
  return ((count * 60) / seconds).toFixed(1)
}

function percent(cpuS: number, seconds: number): string {
  return `${((cpuS / seconds) * 100).toFixed(1)} %`
}

if (isMain(import.meta.url)) await run()
