import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname } from "node:path"

/** How far a file has been imported. */
export interface FileMark {
  /** Size and last change of the file then, by which one can tell whether it is the same. */
  readonly size: number
  readonly modifiedMs: number
  /** Up to where its points are stored: bytes, or rows of a Parquet file. */
  readonly offset: number
  /** Lines of text before that. */
  readonly line?: number
  /** Time of the last point before that, in nanoseconds. */
  readonly lastNs?: string
}

/** Marks are written at most so often. */
const WRITE_MS = 1000
const VERSION = 1

/**
 * Remembers how far the files of an import are, in a file of one line of JSON for each mark.
 *
 * Only what is on disk in the store may be marked. A line that is lost or torn costs no more than reading some points again.
 */
export class ImportState {
  readonly #path: string | undefined
  readonly #marks: Map<string, FileMark>
  readonly #unwritten = new Map<string, FileMark>()
  #writing: Promise<void> = Promise.resolve()
  #failure: Error | undefined
  #writtenAt = performance.now()

  private constructor(path: string | undefined, marks: Map<string, FileMark>) {
    this.#path = path
    this.#marks = marks
  }

  /**
   * @param path of the state file, made with its folder where it is missing; `undefined`: nothing is remembered
   * @param what identifies the import: marks of another one do not count
   * @param restart forget what is there
   */
  static async open(path: string | undefined, what: object, restart = false): Promise<ImportState> {
    if (path === undefined) return new ImportState(undefined, new Map())
    const head = JSON.stringify({ version: VERSION, ...what })
    const marks = restart ? new Map<string, FileMark>() : parseState(await readText(path), head)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(
      `${path}.new`,
      [head, ...[...marks].map(([file, mark]) => lineOf(file, mark))].join("\n").concat("\n"),
    )
    await rename(`${path}.new`, path)
    return new ImportState(path, marks)
  }

  /** The latest mark of a file. */
  get(file: string): FileMark | undefined {
    return this.#marks.get(file)
  }

  /** Remember a mark; it is written within a second or so, or by `flush()`. */
  set(file: string, mark: FileMark): void {
    if (this.#path === undefined) return
    this.#marks.set(file, mark)
    this.#unwritten.set(file, mark)
    if (performance.now() - this.#writtenAt >= WRITE_MS) this.#write(this.#path)
  }

  /** Write what is not written yet, and tell the first failure of writing any mark, if there was one. */
  async flush(): Promise<Error | undefined> {
    if (this.#path !== undefined && this.#unwritten.size > 0) this.#write(this.#path)
    await this.#writing
    return this.#failure
  }

  #write(path: string): void {
    const text = [...this.#unwritten].map(([file, mark]) => `${lineOf(file, mark)}\n`).join("")
    this.#unwritten.clear()
    this.#writtenAt = performance.now()
    this.#writing = this.#writing
      .then(() => appendFile(path, text))
      .catch((error: Error) => {
        this.#failure ??= error
      })
  }
}

function lineOf(file: string, mark: FileMark): string {
  return JSON.stringify({ file, ...mark })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return ""
    throw error
  }
}

/** Marks in the text of a state file; none if its first line is another one than `head`. Lines that are torn are passed over. */
function parseState(text: string, head: string): Map<string, FileMark> {
  const marks = new Map<string, FileMark>()
  const [first, ...lines] = text.split("\n")
  if (first !== head) return marks
  for (const line of lines) {
    const entry = parseLine(line)
    if (entry) marks.set(...entry)
  }
  return marks
}

function parseLine(line: string): [string, FileMark] | undefined {
  try {
    const { file, ...mark } = JSON.parse(line) as FileMark & { file: unknown }
    const whole = [mark.size, mark.modifiedMs, mark.offset].every(Number.isFinite)
    return typeof file === "string" && whole ? [file, mark] : undefined
  } catch {
    return undefined
  }
}
