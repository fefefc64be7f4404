import { fork } from "node:child_process"
import { once } from "node:events"
import type { JsonObject } from "@metricq/client"
import { freePort } from "@metricq/testkit"
import { endChild, runAgent, type Taken } from "./agent-run.js"
import { isMain, printTable } from "./measure.js"
import { megabytes, percent } from "./numbers.js"

/**
 * 2,000 objects of 20 BACnet/IP devices, which another process plays: what source-bacnet takes to read all of them, and how many rounds
 * it misses, every second, every fifth of a second, and with two devices silent.
 */

const DEVICES = 20
const OBJECTS = 100
const SECONDS = 15

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
    await endChild(devices)
  }
}

function row(what: string, { cpu, rss = 0, perSecond, missedAMinute = 0 }: Taken): string[] {
  return [what, String(Math.round(perSecond)), percent(cpu), `${megabytes(rss)} MB`, missedAMinute.toFixed(1)]
}

async function measured(ports: readonly number[], interval: number): Promise<Taken> {
  const config = {
    bacnetReaderAddress: `127.0.0.3:${await freePort()}`,
    bacnetReaderObjectIdentifier: 4242,
    selfMetrics: false,
    devices: Object.fromEntries(ports.map((port) => [`127.0.0.2:${port}`, device(port, interval)])),
  }
  return runAgent("source-bacnet", config, SECONDS)
}

function device(port: number, interval: number): JsonObject {
  const group = { objectType: "analogInput", objectInstance: `1-${OBJECTS}`, interval }
  return { metricId: `bench.device${port}.$objectName`, objectGroups: [group] }
}

if (isMain(import.meta.url)) await run()
