import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CommandError } from "../errors.js"

/**
 * A text in the user's editor: `$VISUAL`, `$EDITOR`, or `vi`.
 *
 * The file is in a folder of its own that only this user can read. It stays until `discard()`, so that nothing typed is lost when
 * what follows fails.
 */
export class EditedFile {
  /** The file that the editor opens. */
  readonly path: string
  readonly #folder: string

  private constructor(folder: string, name: string) {
    this.#folder = folder
    this.path = join(folder, name)
  }

  /** A file with this text. `name` may be anything; what a file name cannot have is replaced. */
  static async create(name: string, text: string): Promise<EditedFile> {
    const folder = await mkdtemp(join(tmpdir(), "metricq-edit-"))
    const file = new EditedFile(folder, `${name.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 100)}.json`)
    await writeFile(file.path, text, { mode: 0o600 })
    return file
  }

  /**
   * Open the editor, wait until it is closed, and return what it has left.
   *
   * @throws {CommandError} `editor` when it cannot be started or ends with an error
   */
  async edit(env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const editor = env.VISUAL || env.EDITOR || "vi"
    // The editor shares our terminal: Ctrl-C is meant for it.
    const ignore = (): void => {}
    process.on("SIGINT", ignore)
    try {
      await runEditor(editor, this.path)
    } finally {
      process.removeListener("SIGINT", ignore)
    }
    return readFile(this.path, "utf8")
  }

  /** Remove the file. */
  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Through the shell, as git does it: the variable may hold arguments, as in `code --wait`. */
function runEditor(editor: string, path: string): Promise<void> {
  const failure = (reason: string): CommandError =>
    new CommandError("editor", `the editor "${editor}" ${reason}; set EDITOR to another one. The text is in ${path}`)
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", `${editor} "$@"`, editor, path], { stdio: "inherit" })
    child.once("error", (error) => reject(failure(`cannot be started: ${error.message}`)))
    child.once("exit", (code, signal) => {
      if (code === 0) resolve()
      else reject(failure(signal ? `was ended by ${signal}` : `ended with code ${code}`))
    })
  })
}
