import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { lastRecordEnd, readCsvPieces } from "./csv-pieces.js"
import { splitRecords } from "./csv-records.js"

test("a text cut anywhere is cut behind a whole record", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "é"), maxLength: 30 })
  fc.assert(
    fc.property(text, fc.nat(40), (drawn, cut) => {
      const bytes = Buffer.from(drawn)
      const length = Math.min(cut, bytes.length)
      let expected = 0
      let open = false
      for (const [index, byte] of bytes.subarray(0, length).entries()) {
        if (byte === 0x22) open = !open
        if (byte === 0x0a && !open) expected = index + 1
      }
      expect(lastRecordEnd(bytes, length)).toBe(expected)
    }),
    { numRuns: 1000 },
  )
})

async function pieces(path: string, offset = 0): Promise<{ text: string; endOffset: number }[]> {
  const all = []
  for await (const piece of readCsvPieces(path, offset)) all.push(piece)
  return all
}

test("a large file comes in pieces of whole records, from any of which reading can go on", async (t) => {
  const path = join(await temporaryFolder(t), "x.csv")
  const lines = Array.from({ length: 60_000 }, (_, i) => (i % 1000 === 0 ? `"${i}\n",é` : `${i},${"x".repeat(i % 20)}`))
  const text = `\ufeff${lines.join("\n")}`
  await writeFile(path, text)
  const all = await pieces(path)
  expect(all.length).toBeGreaterThan(2)
  expect(all.map((piece) => piece.text).join("")).toBe(text.slice(1))
  for (const { text } of all) expect(() => splitRecords(text, ",", 1, () => {})).not.toThrow()
  expect(all.at(-1)?.endOffset).toBe(Buffer.byteLength(text))
  expect(await pieces(path, all[0]!.endOffset)).toEqual(all.slice(1))
})

test("a record may be long, but not without end", async (t) => {
  const path = join(await temporaryFolder(t), "x.csv")
  const long = `${"x,".repeat(500_000)}y\n`
  await writeFile(path, `a\n${long}b\n`)
  expect((await pieces(path)).map(({ text }) => text).join("")).toBe(`a\n${long}b\n`)
  await writeFile(path, `a\n"${"x\n".repeat(9 * 2 ** 20)}`)
  await expect(pieces(path)).rejects.toMatchObject({ code: "csv-record" })
})

test("an empty file has no pieces", async (t) => {
  const path = join(await temporaryFolder(t), "x.csv")
  await writeFile(path, "")
  expect(await pieces(path)).toEqual([])
})
