import { EventEmitter } from "node:events"
import { expect, test } from "vitest"
import { readHidden } from "./password.js"

function terminal() {
  const raw: boolean[] = []
  const methods = { setRawMode: (on: boolean) => raw.push(on), resume: () => {}, pause: () => {} }
  const input = Object.assign(new EventEmitter(), methods)
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) > 0 }
  const hidden = { input, output } as unknown as Parameters<typeof readHidden>[1]
  return { input, raw, written, hidden, type: (text: string) => input.emit("data", Buffer.from(text)) }
}

test("a hidden line is what was typed, with what was taken back, and is not shown", async () => {
  const { input, raw, written, hidden, type } = terminal()
  const line = readHidden("Password: ", hidden)
  type("wrong\x15")
  type("grünx\x7f")
  type("\x1b \r")
  expect(await line).toBe("grün ")
  expect(written).toEqual(["Password: ", "\n"])
  expect(raw).toEqual([true, false])
  expect(input.listenerCount("data")).toBe(0)
})

test.each(["\x03", "\x04"])("%j gives the terminal back, and ends", async (key) => {
  const { raw, hidden, type } = terminal()
  const line = readHidden("Password: ", hidden)
  type(key)
  await expect(line).rejects.toMatchObject({ code: "interrupted" })
  expect(raw).toEqual([true, false])
})
