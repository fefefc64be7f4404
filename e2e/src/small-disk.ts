import { spawnSync } from "node:child_process"
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { describe } from "vitest"

function mount(folder: string, options: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0
}

/** Why no disk can be mounted here; undefined if it can. Tried out, because root in a container is not always root. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== "linux") return "small disks are mounted on Linux only"
  const folder = mkdtempSync(join(tmpdir(), "metricq-mount-"))
  const mounted = mount(folder, "size=64k")
  if (mounted) spawnSync("umount", [folder])
  rmdirSync(folder)
  return mounted ? undefined : "mounting a small disk needs root"
}

/** vitest's `describe`, skipped with a reason where no disk can be mounted. */
export function describeOnSmallDisk(name: string, body: () => void): void {
  const reason = whyNoSmallDisk()
  if (reason === undefined) describe(name, body)
  else describe.skip(`${name} [left out: ${reason}]`, body)
}

/** A disk in memory of a size of its own, gone when the test ends. A filler takes a part of it until it is removed. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @param options of tmpfs: `size=4m`, `nr_inodes=20` */
  static async mount(t: TestScope, options: string): Promise<SmallDisk> {
    const folder = await temporaryFolder(t, "disk")
    if (!mount(folder, options)) throw new Error(`cannot mount a disk with ${options}`)
    onTestEnd(t, () => spawnSync("umount", ["-l", folder]))
    return new SmallDisk(folder)
  }

  /** Takes so many bytes, or as many files. */
  fill(bytes: number, files = 1): void {
    for (let file = 0; file < files; file++)
      writeFileSync(join(this.folder, `filler${file}`), Buffer.alloc(bytes / files))
  }

  /** Gives back what the filler has taken. */
  free(files = 1): void {
    for (let file = 0; file < files; file++) rmSync(join(this.folder, `filler${file}`))
  }
}
