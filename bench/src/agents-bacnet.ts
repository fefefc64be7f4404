import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import type { JsonObject } from "@metricq/client"
import { freePort, Scope, startNetwork } from "@metricq/testkit"
import { isMain, printTable } from "./measure.js"
import { megabytes } from "./numbers.js"

/**
 * 2,000 objects of 20 BACnet/IP devices, which another process plays: what source-bacnet takes to read all of them, and how many rounds
 * it misses, every second, every fifth of a second, and with two devices silent.
 */

const DEVICES = 20
const OBJECTS = 100
const SECONDS = 15

interface Taken {
  /** Cores. */
  readonly cpu: number
  /** Bytes. */
  readonly rss: number
  /** Values that were sent. */
  readonly perSecond: number
  /** Rounds that could not be begun. */
  readonly missedAMinute: number
}

export async function run(): Promise<void> {
  const devices = fork(new URL("./bacnet-devices.js", import.meta.url), [String(DEVICES)])
  try {
    const [ports] = (await once(devices, "message")) as [number[]]
    const rows = [row("every second", await measured(ports, 1)), row("every 200 ms", await measured(ports, 0.2))]
    devices.send(2)
    rows.push(row("every second, 2 devices silent, so 1800 are to be had", await measured(ports, 1)))
    console.log(`${DEVICES} devices, ${OBJECTS} objects each, for ${SECONDS} s\n`)
    printTable(["source-bacnet", "values/s", "CPU of a core", "memory", "missed a minute"], rows)
  } finally {
    await end(devices)
  }
}

function row(what: string, { cpu, rss, perSecond, missedAMinute }: Taken): string[] {
  const values = String(Math.round(perSecond))
  return [what, values, `${(cpu * 100).toFixed(1)} %`, `${megabytes(rss)} MB`, missedAMinute.toFixed(1)]
}

/** Broker and manager are in this process, the source in one of its own. */
async function measured(ports: readonly number[], interval: number): Promise<Taken> {
  const scope = new Scope()
  try {
    const net = await startNetwork(scope, { kind: "embedded" })
    await net.configure("source-bacnet", {
      bacnetReaderAddress: `127.0.0.3:${await freePort()}`,
      bacnetReaderObjectIdentifier: 4242,
      selfMetrics: false,
      devices: Object.fromEntries(ports.map((port) => [`127.0.0.2:${port}`, device(port, interval)])),
    })
    const child = fork(new URL("./agents-bacnet-child.js", import.meta.url), [net.url, String(SECONDS)])
    try {
      const [taken] = (await once(child, "message")) as [Taken]
      return taken
    } finally {
      await end(child)
    }
  } finally {
    await scope.close()
  }
}

function device(port: number, interval: number): JsonObject {
  const group = { objectType: "analogInput", objectInstance: `1-${OBJECTS}`, interval }
  return { metricId: `bench.device${port}.$objectName`, objectGroups: [group] }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.disconnect()
  await once(child, "exit")
}

if (isMain(import.meta.url)) await run()
