import { expect, test } from "vitest"
import { runProgram } from "./subprocess.js"

const signal = AbortSignal.timeout(20_000)

test("output, errors and the exit code are the result, and input is passed on", async () => {
  const script = "cat; echo oops >&2; exit 3"
  await expect(runProgram("sh", ["-c", script], { signal, input: "in" })).resolves.toEqual({
    stdout: "in",
    stderr: "oops\n",
    code: 3,
  })
})

test("a program that is not there is named", async () => {
  await expect(runProgram("no-such-program", [], { signal })).rejects.toThrow("no-such-program cannot be run")
})

test("an abort ends it and what it has started, even if it does not listen", async () => {
  const stop = new AbortController()
  const running = runProgram("sh", ["-c", "trap '' TERM; (trap '' TERM; sleep 100) & wait; wait; sleep 100"], {
    signal: stop.signal,
  })
  setTimeout(() => stop.abort(new Error("time is over")), 100)
  await expect(running).rejects.toThrow("time is over")
})

test("what writes without end is ended", async () => {
  await expect(runProgram("yes", [], { signal, maxBytes: 10_000 })).rejects.toThrow("more than 10000 bytes")
})

test("output can be taken while it comes, characters whole", async () => {
  const stop = new AbortController()
  const script = String.raw`printf '\303'; sleep 0.05; printf '\244\n'; sleep 100`
  let text = ""
  const onStdout = (some: string) => {
    text += some
    if (text.includes("\n")) stop.abort(new Error("enough"))
  }
  await expect(runProgram("sh", ["-c", script], { signal: stop.signal, onStdout })).rejects.toThrow("enough")
  expect(text).toBe("ä\n")
})
