import { randomUUID } from "node:crypto"
import { type FileHandle, open, unlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What is written at once; a longer text is no secret. */
const MAX_BYTES = 64 * 1024

/**
 * Opens a file that holds a text and has no name: only who is given the descriptor can read it, and it is gone with the last one who
 * has it open, however that one ends. A program reads it as `/dev/stdin` if it is its standard input.
 *
 * Between its making and the loss of its name it is readable for nobody but this user. Close it after use.
 *
 * @throws {RangeError} for more than 64 KiB
 */
export async function unnamedFile(
  text: string,
  folder: string = process.env.XDG_RUNTIME_DIR ?? tmpdir(),
): Promise<FileHandle> {
  const bytes = Buffer.from(text)
  if (bytes.length > MAX_BYTES) throw new RangeError(`a file without a name holds at most ${MAX_BYTES} bytes`)
  const path = join(folder, `metricq-${randomUUID()}`)
  const file = await open(path, "wx+", 0o600)
  try {
    await unlink(path)
    // At a place, as the program begins to read where the descriptor stands.
    await file.write(bytes, 0, bytes.length, 0)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
