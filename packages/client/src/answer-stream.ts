import type { BroadcastAnswer } from "./rpc-caller.js"

/** Answers beyond this many that nobody has taken yet are dropped. */
const mostWaiting = 100_000

/**
 * The answers of a broadcast as they come. Ends when `collect` does; rejects as it does.
 *
 * `collect` begins with the first `next()`, and gets a signal that aborts when the reader leaves the loop early.
 */
export async function* answerStream(
  collect: (onAnswer: (answer: BroadcastAnswer) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<BroadcastAnswer, void, undefined> {
  const left = new AbortController()
  const answers: BroadcastAnswer[] = []
  let wake = () => {}
  let ended = false
  let failure: unknown
  collect((answer) => {
    if (answers.length < mostWaiting) answers.push(answer)
    wake()
  }, left.signal)
    .catch((error: unknown) => {
      failure = error
    })
    .finally(() => {
      ended = true
      wake()
    })
  try {
    for (;;) {
      const answer = answers.shift()
      if (answer !== undefined) yield answer
      else if (failure !== undefined) throw failure
      else if (ended) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    left.abort()
  }
}
