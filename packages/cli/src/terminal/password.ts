import { text } from "node:stream/consumers"
import { Interrupted } from "../errors.js"
import { note } from "./output.js"

/**
 * Ask the person at the terminal for a new password, twice, without showing it; again until both are the same.
 *
 * `undefined` without a terminal on standard input and standard error.
 */
export async function askNewPassword(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return undefined
  for (;;) {
    const first = await readHidden(`${question}: `, { input: stdin, output: stderr })
    const second = await readHidden("Once more: ", { input: stdin, output: stderr })
    if (first === second) return first
    note("these are not the same")
  }
}

/** The first line of standard input. */
export async function passwordFromInput(): Promise<string> {
  return (await text(process.stdin)).split(/\r?\n/)[0] ?? ""
}

/** Where a hidden line is read from, and where its question goes. */
export interface HiddenTerminal {
  readonly input: Pick<NodeJS.ReadStream, "setRawMode" | "on" | "off" | "resume" | "pause">
  readonly output: Pick<NodeJS.WriteStream, "write">
}

/**
 * Read one line that the terminal does not show. Backspace takes back a character, Ctrl-U all of them.
 *
 * @throws {Interrupted} for Ctrl-C, and for Ctrl-D where nothing has been typed
 */
export function readHidden(question: string, { input, output }: HiddenTerminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const end = (settle: () => void) => {
      input.off("data", take)
      input.setRawMode(false)
      input.pause()
      output.write("\n")
      settle()
    }
    const take = (bytes: Buffer) => {
      for (const character of bytes.toString("utf8")) {
        if (character === "\r" || character === "\n") return end(() => resolve(typed.join("")))
        if (character === "\x03" || (character === "\x04" && typed.length === 0)) {
          return end(() => reject(new Interrupted("SIGINT")))
        }
        if (character === "\x7f" || character === "\b") typed.pop()
        else if (character === "\x15") typed = []
        else if (character >= " ") typed.push(character)
      }
    }
    output.write(question)
    input.setRawMode(true)
    input.on("data", take)
    input.resume()
  })
}
