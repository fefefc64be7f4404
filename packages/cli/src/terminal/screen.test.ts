import { PassThrough } from "node:stream"
import { expect, test } from "vitest"
import { Screen, type Terminal } from "./screen.js"

function fakeTerminal() {
  const output = Object.assign(new PassThrough(), { columns: 20, rows: 3, isTTY: true })
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (mode: boolean) => raw.push(mode) })
  const terminal = { input, output } as unknown as Terminal
  return { terminal, output, input, raw, written: () => String(output.read() ?? "") }
}

test("the terminal is given back as it was, once", () => {
  const { terminal, raw, written } = fakeTerminal()
  const before = process.listenerCount("exit")
  const screen = new Screen(terminal)
  screen.open(
    () => {},
    () => {},
  )
  expect(written()).toBe("\x1b[?1049h\x1b[?25l")
  screen.close()
  screen.close()
  expect(written()).toBe("\x1b[?25h\x1b[?1049l")
  expect(raw).toEqual([true, false])
  expect(process.listenerCount("exit")).toBe(before)
  screen.draw(["late"])
  expect(written()).toBe("")
})

test("only lines that changed are written, and no more than fit", () => {
  const { terminal, written } = fakeTerminal()
  const screen = new Screen(terminal)
  screen.open(
    () => {},
    () => {},
  )
  written()
  screen.draw(["a", "b", "c", "beyond"])
  expect(written()).toBe("\x1b[2J\x1b[1;1Ha\x1b[0m\x1b[K\x1b[2;1Hb\x1b[0m\x1b[K\x1b[3;1Hc\x1b[0m\x1b[K")
  screen.draw(["a", "B"])
  expect(written()).toBe("\x1b[2;1HB\x1b[0m\x1b[K\x1b[3;1H\x1b[0m\x1b[K")
  screen.close()
})

test("a resize asks for a whole new frame, and keys arrive", async () => {
  const { terminal, output, input, written } = fakeTerminal()
  const screen = new Screen(terminal)
  let resized = 0
  const key = new Promise<string>((resolve) =>
    screen.open(resolve, () => {
      resized += 1
    }),
  )
  screen.draw(["a"])
  written()
  output.columns = 50
  output.emit("resize")
  expect(resized).toBe(1)
  expect(screen.width).toBe(50)
  screen.draw(["a"])
  expect(written()).toContain("\x1b[2J")
  input.write("\x1b[A")
  expect(await key).toBe("up")
  screen.close()
})
