import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { freePort } from "@metricq/testkit"
import type { Taken } from "./agent-run.js"

const SNMPGET = "/usr/bin/snmpget"
const EXPORTER = "/usr/bin/prometheus-snmp-exporter"
/** Of the kernel's accounts. */
const TICKS_PER_SECOND = 100

/** `snmpget` once for each host, 16 at a time; `undefined` if it is not installed. */
export async function snmpget(ports: readonly number[], oids: readonly string[]): Promise<Taken | undefined> {
  if (!existsSync(SNMPGET)) return undefined
  const before = cpuOf("self", "children")
  const began = performance.now()
  const waiting = [...ports]
  const work = async () => {
    for (let port = waiting.pop(); port !== undefined; port = waiting.pop())
      await promisify(execFile)(SNMPGET, ["-v2c", "-c", "public", "-Oqv", `127.0.0.1:${port}`, ...oids])
  }
  await Promise.all(Array.from({ length: 16 }, work))
  const seconds = (performance.now() - began) / 1000
  return { perSecond: (ports.length * oids.length) / seconds, cpu: (cpuOf("self", "children") - before) / seconds }
}

/** Prometheus' exporter, asked for each host every second for `seconds`; `undefined` if it is not installed. */
export async function snmpExporter(
  ports: readonly number[],
  oids: readonly string[],
  seconds: number,
): Promise<Taken | undefined> {
  if (!existsSync(EXPORTER)) return undefined
  const folder = await mkdtemp(join(tmpdir(), "metricq-bench-"))
  const address = `127.0.0.1:${await freePort()}`
  await writeFile(join(folder, "snmp.yml"), JSON.stringify({ bench: moduleOf(oids) }))
  const words = [`--config.file=${join(folder, "snmp.yml")}`, `--web.listen-address=${address}`]
  const child = spawn(EXPORTER, words, { stdio: "ignore" })
  try {
    const round = () => Promise.all(ports.map((port) => scrape(address, port)))
    await until(round)
    const before = cpuOf(child.pid ?? 0, "own")
    const began = performance.now()
    let values = 0
    for (let i = 0; i < seconds; i += 1) {
      values += (await round()).reduce((sum, count) => sum + count, 0)
      await delay(Math.max(0, began + (i + 1) * 1000 - performance.now()))
    }
    const took = (performance.now() - began) / 1000
    const cpu = (cpuOf(child.pid ?? 0, "own") - before) / took
    return { perSecond: values / took, cpu, rss: memoryOf(child.pid ?? 0) }
  } finally {
    child.kill()
    await once(child, "exit")
    await rm(folder, { recursive: true })
  }
}

function moduleOf(oids: readonly string[]): object {
  const plain = oids.map((oid) => oid.slice(1))
  const metrics = plain.map((oid, i) => ({ name: `value${i}`, oid, type: "gauge", help: "value" }))
  return { get: plain, metrics, version: 2, auth: { community: "public" } }
}

async function scrape(address: string, port: number): Promise<number> {
  const response = await fetch(`http://${address}/snmp?module=bench&target=127.0.0.1:${port}`)
  return (await response.text()).match(/^value\d/gm)?.length ?? 0
}

async function until(works: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await works()
      return
    } catch (error) {
      if (tries > 100) throw error
      await delay(100)
    }
  }
}

/** Seconds of a processor that a process, or its children that have ended, have used. */
function cpuOf(pid: number | "self", whose: "own" | "children"): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
  const [user, system] = whose === "own" ? [fields[11], fields[12]] : [fields[13], fields[14]]
  return (Number(user) + Number(system)) / TICKS_PER_SECOND
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024
}
