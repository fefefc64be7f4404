import { fork } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import type { Chunk } from "./store-peer.js"

/** Points by metric. */
export type SysinfoPoints = Map<string, { times: bigint[]; values: number[] }>

/**
 * What source-sysinfo measures of this machine at 10 Hz for so many seconds, in a process of its own, as chunks of ten points in the order in
 * which they were measured.
 */
export async function recordSysinfo(seconds: number): Promise<Chunk[]> {
  const child = fork(new URL("./sysinfo-recorder.js", import.meta.url), { serialization: "advanced" })
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`the recording of sysinfo ended with code ${code}`)
  })
  died.catch(() => {})
  await Promise.race([sleep(seconds * 1000), died])
  child.send("end")
  const [points] = (await Promise.race([once(child, "message"), died])) as [SysinfoPoints]
  child.disconnect()
  return inTurns(points, 10)
}

function inTurns(points: SysinfoPoints, size: number): Chunk[] {
  const chunks: Chunk[] = []
  const longest = Math.max(...[...points.values()].map(({ times }) => times.length))
  for (let from = 0; from < longest; from += size) {
    for (const [metric, { times, values }] of points) {
      const part = {
        times: BigInt64Array.from(times.slice(from, from + size)),
        values: values.slice(from, from + size),
      }
      if (part.times.length > 0) {
        chunks.push({ metric, columns: { times: part.times, values: Float64Array.from(part.values) } })
      }
    }
  }
  return chunks
}
