import { CounterGroup, type RateMetric } from "./counter-group.js"
import type { Choice } from "./selection.js"
import { decimal, fields } from "./text.js"

/** What a disk or partition has done since it is there: completed operations, and sectors moved. */
export interface DiskCounters {
  readonly reads: number
  readonly sectorsRead: number
  readonly writes: number
  readonly sectorsWritten: number
}

/** The unit of /proc/diskstats, whatever the sectors of the device are. */
const SECTOR_BYTES = 512

type Four = [number, number, number, number]

/** Parses /proc/diskstats: counters by device, of disks and partitions. Lines that are none are left out. */
export function parseDiskStats(text: string): Map<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>()
  for (const line of text.split("\n")) {
    const [, , name, ...numbers] = fields(line)
    const [reads, sectorsRead, writes, sectorsWritten] = [0, 2, 4, 6].map((i) => decimal(numbers[i])) as Four
    if (name === undefined || Number.isNaN(reads + sectorsRead + writes + sectorsWritten)) continue
    disks.set(name, { reads, sectorsRead, writes, sectorsWritten })
  }
  return disks
}

const METRICS: readonly RateMetric[] = [
  { suffix: "read.bytes", unit: "B/s", scale: SECTOR_BYTES, description: (disk) => `data read from ${disk}` },
  { suffix: "written.bytes", unit: "B/s", scale: SECTOR_BYTES, description: (disk) => `data written to ${disk}` },
  { suffix: "read.count", unit: "Hz", description: (disk) => `read operations of ${disk}` },
  { suffix: "written.count", unit: "Hz", description: (disk) => `write operations of ${disk}` },
]

/** `disk.DISK.{read,written}.{bytes,count}` of every disk and partition. */
export function diskGroup(choice: Choice, minElapsedS: number): CounterGroup {
  return new CounterGroup({
    name: "disk",
    metrics: METRICS,
    choice,
    minElapsedS,
    async sample(round) {
      const file = await round.text("/proc/diskstats")
      if (file === undefined) return []
      return [...parseDiskStats(file.text)].map(([device, disk]) => ({
        device,
        counters: [disk.sectorsRead, disk.sectorsWritten, disk.reads, disk.writes],
        atMs: file.atMs,
      }))
    },
  })
}
