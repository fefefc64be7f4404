import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"

const mbpoll = "/usr/bin/mbpoll"
const PAGE_BYTES = 4096

/**
 * What mbpoll takes that reads `values` floats of each device every `intervalMs`, one process a device: CPU in cores, memory in bytes that
 * its processes do not share, and values a second. `undefined` where it is not installed.
 */
export async function pollWithMbpoll(
  ports: readonly number[],
  { values, intervalMs, seconds }: { values: number; intervalMs: number; seconds: number },
): Promise<{ cpu: number; rss: number; perSecond: number } | undefined> {
  if (!existsSync(mbpoll)) return undefined
  let lines = 0
  const children = ports.map((port) => {
    const what = ["-m", "tcp", "-a", "1", "-t", "3:float", "-B", "-r", "101", "-c", String(values)]
    const child = spawn(mbpoll, [...what, "-l", String(intervalMs), "-p", String(port), "-q", "127.0.0.1"])
    child.stdout.on("data", (text: Buffer) => {
      lines += text.toString("latin1").split("]:").length - 1
    })
    return child
  })
  try {
    await delay(2000)
    const [before, linesBefore] = [sum(children, cpuSeconds), lines]
    await delay(seconds * 1000)
    const cpu = (sum(children, cpuSeconds) - before) / seconds
    return { cpu, rss: sum(children, privateBytes), perSecond: (lines - linesBefore) / seconds }
  } finally {
    for (const child of children) child.kill()
  }
}

function sum(children: readonly ChildProcess[], value: (pid: number) => number): number {
  return children.reduce((total, { pid }) => total + (pid === undefined ? 0 : value(pid)), 0)
}

/** Ticks of 10 ms would be too coarse: each of them needs less in the whole time. */
function cpuSeconds(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9
}

function privateBytes(pid: number): number {
  const [, resident = "0", shared = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")
  return (Number(resident) - Number(shared)) * PAGE_BYTES
}
