import { type FileHandle, open, rename, unlink } from "node:fs/promises"
import { join } from "node:path"

/** A process that does what its parent tells it to files in a folder, so that the shim which forgets writes can be tested. */
export type Step =
  | ["write", name: string, text: string, at: number]
  | ["sync" | "datasync" | "remove", name: string]
  | ["truncate", name: string, size: number]
  | ["rename", from: string, to: string]
  | ["sync-folder"]

const folder = process.argv[2] ?? ""

async function withFile(name: string, work: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const path = join(folder, name)
  const file = await open(path, "r+").catch(() => open(path, "w+"))
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, text: string, at: number): Promise<void> {
  const { bytesWritten } = await file.write(text, at, "utf8")
  if (bytesWritten < text.length) throw Object.assign(new Error("a short write"), { code: `${bytesWritten} written` })
}

async function obey(step: Step): Promise<void> {
  const [what, name = "."] = step
  if (what === "write") await withFile(name, (file) => writeAll(file, step[2], step[3]))
  else if (what === "truncate") await withFile(name, (file) => file.truncate(step[2]))
  else if (what === "rename") await rename(join(folder, name), join(folder, step[2]))
  else if (what === "remove") await unlink(join(folder, name))
  else if (what === "datasync") await withFile(name, (file) => file.datasync())
  else if (what === "sync") await withFile(name, (file) => file.sync())
  else {
    const file = await open(folder)
    await file.sync()
    await file.close()
  }
}

process.on("message", (step: Step) =>
  obey(step).then(
    () => process.send?.("done"),
    (error: NodeJS.ErrnoException) => process.send?.(error.code),
  ),
)
process.on("disconnect", () => process.exit())
process.send?.("ready")
