import { Devices } from "./devices.js"
import type { FilesystemSize } from "./files.js"
import { percentOf } from "./memory.js"
import type { Group, MetricInfo, Reading } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { fields } from "./text.js"

/** A mounted filesystem. */
export interface Mount {
  readonly source: string
  readonly path: string
  readonly type: string
}

/** Parses /proc/self/mounts. Lines that are none are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [source, path, type] = fields(line).map(withoutEscapes)
    return source === undefined || path === undefined || type === undefined || !path.startsWith("/")
      ? []
      : [{ source, path, type }]
  })
}

/** The kernel writes blanks and the like as three octal digits: `\040`. */
function withoutEscapes(field: string): string {
  return !field.includes("\\")
    ? field
    : field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/**
 * The filesystems that are worth a look, of all that are mounted: each path once (what was mounted last covers the others), and
 * of the paths where a device is mounted the shortest.
 */
export function distinctMounts(mounts: readonly Mount[]): Mount[] {
  const byPath = new Map(mounts.map((mount) => [mount.path, mount]))
  const bySource = new Map<string, Mount>()
  for (const mount of byPath.values()) {
    const key = mount.source.startsWith("/") ? mount.source : mount.path
    const other = bySource.get(key)
    if (other === undefined || mount.path.length < other.path.length) bySource.set(key, mount)
  }
  return [...bySource.values()]
}

/** Whether a filesystem is measured where nothing is configured: it lies on a device of this machine and can be written to. */
export function isLocalStorage({ source, path, type }: Mount): boolean {
  if (path === "/" || type === "zfs") return true
  return source.startsWith("/dev/") && type !== "squashfs" && type !== "iso9660"
}

/** Its path as the name of a filesystem: `/` → `root`, `/var/lib` → `var_lib`. */
export function mountName(path: string): string {
  return path.replace(/^\/+/, "") || "root"
}

type Field = "total" | "used" | "available" | "percent" | "inodes_percent"

function infosOf(path: string): Record<Field, MetricInfo> {
  return {
    total: { unit: "B", description: `size of the filesystem at ${path}`, scope: "point" },
    used: { unit: "B", description: `space in use on the filesystem at ${path}`, scope: "point" },
    available: {
      unit: "B",
      description: `space left on the filesystem at ${path} for anyone but root`,
      scope: "point",
    },
    percent: { unit: "%", description: `space in use on the filesystem at ${path}, as df tells it`, scope: "point" },
    inodes_percent: { unit: "%", description: `file nodes in use on the filesystem at ${path}`, scope: "point" },
  }
}

function valuesOf({ bsize, blocks, bfree, bavail, files, ffree }: FilesystemSize): Record<Field, number | undefined> {
  return {
    total: blocks * bsize,
    used: (blocks - bfree) * bsize,
    available: bavail * bsize,
    percent: percentOf(blocks - bfree, blocks - bfree + bavail),
    // Some filesystems have as many as they need, and tell none.
    inodes_percent: files > 0 ? percentOf(files - ffree, files) : undefined,
  }
}

interface Kept {
  readonly name: string
  readonly infos: Record<Field, MetricInfo>
}

/**
 * `fs.PATH.{total,used,available,percent,inodes_percent}`. One filesystem is asked at a time: one that hangs, on a server that
 * is gone, holds up this group and one thread only.
 */
export class FilesystemGroup implements Group {
  readonly name = "fs"
  readonly #kept: Devices<Kept>
  #mounts: readonly Mount[] = []
  #mountsText = ""

  constructor(choice: Choice) {
    this.#kept = new Devices(choice, (name, path) => ({ name, infos: infosOf(path) }))
  }

  async read(round: Round): Promise<Reading[]> {
    const readings: Reading[] = []
    for (const mount of this.#mountsOf((await round.text("/proc/self/mounts"))?.text ?? "")) {
      const kept = this.#kept.get(mount.path, isLocalStorage(mount), mountName(mount.path))
      const size = kept && (await round.files.statfs(mount.path))
      if (kept !== undefined && size !== undefined && size.blocks > 0) readings.push(...filesystemReadings(kept, size))
    }
    this.#kept.endRound()
    return readings
  }

  /** Mounts seldom change, and there can be hundreds. */
  #mountsOf(text: string): readonly Mount[] {
    if (text !== this.#mountsText) {
      this.#mounts = distinctMounts(parseMounts(text))
      this.#mountsText = text
    }
    return this.#mounts
  }
}

function filesystemReadings({ name, infos }: Kept, size: FilesystemSize): Reading[] {
  return Object.entries(valuesOf(size)).flatMap(([field, value]) =>
    value === undefined ? [] : [{ metric: `fs.${name}.${field}`, info: infos[field as Field], value }],
  )
}
