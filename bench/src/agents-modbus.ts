import { fork } from "node:child_process"
import { once } from "node:events"
import type { JsonObject } from "@metricq/client"
import { endChild, runAgent, type Taken } from "./agent-run.js"
import { pollWithMbpoll } from "./mbpoll.js"
import { isMain, printTable } from "./measure.js"
import { megabytes, percent } from "./numbers.js"

/**
 * 100 Modbus devices at 5 Hz, which another process plays, ten floats each: what source-modbus takes to read them, and how many rounds
 * it misses, with all devices well, with ten of them silent, and as units of ten gateways; beside mbpoll, one process a device.
 */

const DEVICES = 100
const VALUES = 10
const INTERVAL_MS = 200
const SECONDS = 15

export async function run(): Promise<void> {
  const devices = fork(new URL("./modbus-devices.js", import.meta.url), [String(DEVICES)])
  try {
    const [ports] = (await once(devices, "message")) as [number[]]
    const rows = [row("all well", await ours(hostsOf(ports)))]
    rows.push(row("behind 10 gateways", await ours(gatewaysOf(ports.slice(0, 10)))))
    devices.send(10)
    rows.push(row("10 silent, so 4500 are to be had", await ours(hostsOf(ports))))
    devices.send(0)
    const peer = await pollWithMbpoll(ports, { values: VALUES, intervalMs: INTERVAL_MS, seconds: SECONDS })
    rows.push(
      peer === undefined
        ? ["mbpoll", "not installed", "", "", ""]
        : [
            "mbpoll, 100 processes",
            String(Math.round(peer.perSecond)),
            percent(peer.cpu),
            `${megabytes(peer.rss)} MB`,
            "",
          ],
    )
    console.log(`${DEVICES} devices, ${VALUES} values each, every ${INTERVAL_MS} ms, for ${SECONDS} s\n`)
    printTable(["source-modbus", "values/s", "CPU of a core", "memory", "missed a minute"], rows)
  } finally {
    await endChild(devices)
  }
}

function row(what: string, { cpu, rss = 0, perSecond, missedAMinute = 0 }: Taken): string[] {
  return [what, String(Math.round(perSecond)), percent(cpu), `${megabytes(rss)} MB`, missedAMinute.toFixed(1)]
}

function ours(hosts: JsonObject[]): Promise<Taken> {
  return runAgent("source-modbus", { interval: INTERVAL_MS / 1000, selfMetrics: false, hosts }, SECONDS)
}

function hostsOf(ports: readonly number[]): JsonObject[] {
  return ports.map((port, i) => ({
    hosts: "127.0.0.1",
    port,
    names: `bench.device${i}`,
    slave_id: 1,
    groups: [group()],
  }))
}

function gatewaysOf(ports: readonly number[]): JsonObject[] {
  const units = DEVICES / ports.length
  return ports.map((port, i) => ({
    hosts: "127.0.0.1",
    port,
    names: `bench.gateway${i}.unit[1-${units}]`,
    slave_id: `[1-${units}]`,
    groups: [group()],
  }))
}

function group(): JsonObject {
  const metrics = Array.from({ length: VALUES }, (_, i) => [`value${i}`, { address: 100 + 2 * i, unit: "V" }])
  return { metrics: Object.fromEntries(metrics) }
}

if (isMain(import.meta.url)) await run()
