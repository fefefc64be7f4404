import { createInterface } from "node:readline/promises"

/**
 * Ask the person at the terminal to choose one of `letters`; the question is asked until one is given.
 *
 * `undefined` without a terminal on standard input and standard error, and when the input ends.
 */
export async function chooseLetter(question: string, letters: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)))
  try {
    for (;;) {
      const answer = await Promise.race([lines.question(`${question} [${[...letters].join("/")}] `), closed])
      if (answer === undefined) return undefined
      const letter = answer.trim().slice(0, 1).toLowerCase()
      if (letter !== "" && letters.includes(letter)) return letter
    }
  } finally {
    lines.close()
  }
}
