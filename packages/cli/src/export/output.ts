import { once } from "node:events"
import { open, realpath, rename, rm, stat } from "node:fs/promises"

/** Where an export goes. */
export interface ExportOutput {
  /** Resolves when more may be written. */
  write(data: string | Uint8Array): Promise<void>
}

/**
 * Write to a file, or to standard output without one.
 *
 * A file appears when it is complete: until then it has `.part` behind its name, and is removed if `work` fails. What is no regular file, a
 * pipe or a device, is written to as it is.
 */
export async function withOutput<T>(path: string | undefined, work: (output: ExportOutput) => Promise<T>): Promise<T> {
  if (path === undefined || path === "-") return work(standardOutput)
  const target = await realpath(path).catch(() => path)
  const isSpecial = await stat(target).then(
    (stats) => !stats.isFile(),
    () => false,
  )
  return isSpecial ? writeTo(target, work) : writeWhole(target, work)
}

const standardOutput: ExportOutput = {
  async write(data) {
    if (!process.stdout.write(data)) await once(process.stdout, "drain")
  },
}

async function writeTo<T>(path: string, work: (output: ExportOutput) => Promise<T>): Promise<T> {
  const file = await open(path, "w")
  try {
    return await work({
      write: (data) => file.writeFile(data),
    })
  } finally {
    await file.close()
  }
}

async function writeWhole<T>(path: string, work: (output: ExportOutput) => Promise<T>): Promise<T> {
  const part = `${path}.part`
  try {
    const result = await writeTo(part, work)
    await rename(part, path)
    return result
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Collects text and writes it in large pieces. */
export class TextOutput {
  readonly #output: ExportOutput
  #text = ""

  constructor(output: ExportOutput) {
    this.#output = output
  }

  /** Add text; resolves at once unless a piece is full. */
  add(text: string): Promise<void> | undefined {
    this.#text += text
    return this.#text.length < PIECE ? undefined : this.flush()
  }

  async flush(): Promise<void> {
    const text = this.#text
    this.#text = ""
    if (text !== "") await this.#output.write(text)
  }
}

const PIECE = 2 ** 16
