import { expect, test, vi } from "vitest"
import { consoleLogger } from "./logger.js"

test("a message is one line of plain signs, whatever names are in it", (t) => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true)
  t.onTestFinished(() => write.mockRestore())
  consoleLogger("info").info("a\nb\u001b[31mc\u2028d\u009be – ä", { name: "x\ny" })
  consoleLogger("warn").info("not told")
  const [line] = write.mock.calls.map(([text]) => String(text))
  expect(write).toHaveBeenCalledTimes(1)
  expect(line).toMatch(/^\S+ info {2}a\\nb\\u001b\[31mc\ufffdd\ufffde – ä name="x\\ny"\n$/)
})
