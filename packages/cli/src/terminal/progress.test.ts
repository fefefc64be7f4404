import { expect, test, vi } from "vitest"
import { withProgress } from "./progress.js"

function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 30, written, write: (text: string) => written.push(text) }
}

test("a second passes before anything is shown, and the line is gone afterwards", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] })
  try {
    const out = stream(true)
    let finish: (value: number) => void = () => {}
    const result = withProgress(
      () => "asking the manager for the list of all metrics",
      new Promise<number>((resolve) => {
        finish = resolve
      }),
      out,
    )
    vi.advanceTimersByTime(950)
    expect(out.written).toEqual([])
    vi.advanceTimersByTime(100)
    expect(out.written).toHaveLength(1)
    expect(out.written[0]?.slice(2)).toBe(" asking the manager for the…\x1b[K")
    finish(7)
    expect(await result).toBe(7)
    expect(out.written.at(-1)).toBe("\r\x1b[K")
    const count = out.written.length
    vi.advanceTimersByTime(1000)
    expect(out.written).toHaveLength(count)
  } finally {
    vi.useRealTimers()
  }
})

test("without a terminal nothing is written, and a failure passes through", async () => {
  const out = stream(false)
  await expect(withProgress(() => "x", Promise.reject(new Error("no")), out)).rejects.toThrow("no")
  expect(out.written).toEqual([])
})
