import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { crc32 } from "node:zlib"
import { expect, test } from "vitest"
import { fixtureOriginNs, fixtureParameters, fixturePoint } from "./testing/format-fixture.js"

/*
 * Reads the frozen folder with nothing but docs/format at hand: none of the store's code is used, so that the documents are right.
 */

const FOLDER = fileURLToPath(new URL("../fixtures/format-1", import.meta.url))
const second = 1_000_000_000n

function viewOf(name: string): DataView<ArrayBuffer> {
  const bytes = readFileSync(join(FOLDER, name))
  return new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
}

const bytesOf = (view: DataView<ArrayBuffer>, from: number, to: number) => new Uint8Array(view.buffer, from, to - from)
const f64 = (view: DataView<ArrayBuffer>, at: number) => view.getFloat64(at, true)
const u32 = (view: DataView<ArrayBuffer>, at: number) => view.getUint32(at, true)

/** Lines as docs/format/timeline.md has them. */
function checkedLines(name: string): Record<string, unknown>[] {
  const lines = readFileSync(join(FOLDER, name), "utf8").split("\n")
  expect(lines.pop()).toBe("")
  return lines.map((line) => {
    expect(line.slice(0, 8)).toBe(crc32(line.slice(9)).toString(16).padStart(8, "0"))
    return JSON.parse(line.slice(9)) as Record<string, unknown>
  })
}

test("manifest and catalog", () => {
  for (const mirror of ["", ".mirror"]) {
    const [manifest] = checkedLines(`manifest${mirror}`)
    expect(manifest).toMatchObject({ format: "metricq-timeline", version: 1, conflicts: 0 })
    const segments = manifest!.segments as { number: number; bytes: number }[]
    for (const { number, bytes } of segments) {
      expect(viewOf(`segment-${String(number).padStart(8, "0")}`).byteLength).toBe(bytes)
    }
    const [head, ...records] = checkedLines(`catalog${mirror}`)
    expect(head).toMatchObject({ format: "metricq-timeline-catalog", version: 1, generation: 1 })
    expect(records.map(({ op, id, name }) => [op, id, name])).toEqual([
      ["metric", 1, "lab.power"],
      ["metric", 2, "lab.old"],
      ["metric", 3, "lab.gone"],
      ["metric", 4, "lab.default"],
      ["delete", 3, undefined],
    ])
    expect(records[0]!.levels).toEqual(["10000000000", "10000000000000", 10, "60000000000"])
  }
})

test("the journal", () => {
  const name = readdirSync(FOLDER).find((file) => file.startsWith("journal"))!
  const view = viewOf(name)
  expect(Buffer.from(bytesOf(view, 0, 8)).toString("hex")).toBe("4d512d4a524e4c01")
  expect(u32(view, 8)).toBe(crc32(bytesOf(view, 12, 48), crc32(bytesOf(view, 0, 8))))
  expect(f64(view, 16)).toBe(Number(name.slice(8)))
  const points: [bigint, number][] = []
  let frame = 0
  let records = 0
  for (let at = 48; at < view.byteLength; ) {
    expect(u32(view, at)).toBe(0x6d_4a_51_f1)
    const end = at + 24 + u32(view, at + 8)
    expect(u32(view, at + 4)).toBe(crc32(bytesOf(view, at + 8, end)))
    expect(f64(view, at + 16)).toBeGreaterThan(frame)
    frame = f64(view, at + 16)
    records = u32(view, at + 12)
    for (let record = at + 24; record < end; ) {
      expect(u32(view, record)).toBe(1)
      const count = u32(view, record + 4) >>> 2
      const form = u32(view, record + 4) & 3
      expect([0, 1]).toContain(form)
      const values = record + 8 + (form === 1 ? 16 : 8 * count)
      for (let i = 0; i < count; i++) {
        const first = view.getBigInt64(record + 8, true)
        const ns =
          form === 1
            ? first + BigInt(i) * view.getBigInt64(record + 16, true)
            : view.getBigInt64(record + 8 + 8 * i, true)
        points.push([ns, f64(view, values + 8 * i)])
      }
      record = values + 8 * count
    }
    at = end
  }
  // The frame that tells of the end.
  expect(records).toBe(0)
  const expected = Array.from({ length: 100 }, (_, i) => [
    fixtureOriginNs + BigInt(2200 + i) * second,
    fixturePoint(2200 + i),
  ])
  expect(points).toEqual([...expected, [fixtureOriginNs - second, -1.5]])
})

test("segments: footer, index, blocks and entries", () => {
  const runs: { metric: number; points: number; rowsOnly: number; levels: number }[] = []
  for (const name of readdirSync(FOLDER).filter((file) => file.startsWith("segment"))) {
    const view = viewOf(name)
    const size = view.byteLength
    const footer = size - 64
    for (const [from, to] of [
      [0, 32],
      [footer, size],
    ] as const) {
      expect(Buffer.from(bytesOf(view, from, from + 8)).toString("hex")).toBe("4d512d5345474d01")
      expect(u32(view, from + 8)).toBe(crc32(bytesOf(view, from + 12, to), crc32(bytesOf(view, from, from + 8))))
    }
    expect(f64(view, footer + 16)).toBe(f64(view, 16))
    const index = f64(view, footer + 24)
    expect(index + f64(view, footer + 32)).toBe(footer)
    const bytes = { 1: 0, 2: 0, 3: 0, 4: 0 } as Record<number, number>
    for (let at = 32; at < footer; ) {
      expect(u32(view, at)).toBe(0xc5_51_4d_b1)
      const end = at + 20 + u32(view, at + 8)
      expect(u32(view, at + 4)).toBe(crc32(bytesOf(view, at + 8, end)))
      bytes[view.getUint8(at + 12)]! += end - at
      at = end
    }
    expect([bytes[1], bytes[2]]).toEqual([f64(view, footer + 40), f64(view, footer + 48)])
    runs.push(...indexOf(view, index + 20))
  }
  expect(runs).toEqual([
    { metric: 1, points: 1700, rowsOnly: 0, levels: 1 },
    { metric: 2, points: 2130, rowsOnly: 0, levels: 1 },
    { metric: 2, points: 870, rowsOnly: 1, levels: 1 },
    { metric: 3, points: 10, rowsOnly: 0, levels: 0 },
    { metric: 1, points: 500, rowsOnly: 0, levels: 2 },
    { metric: 4, points: 3, rowsOnly: 0, levels: 0 },
    { metric: 4, points: 1, rowsOnly: 0, levels: 0 },
    { metric: 4, points: 1, rowsOnly: 0, levels: 0 },
  ])
})

/** The runs of an index, each with what its entry says. */
function indexOf(view: DataView<ArrayBuffer>, at: number) {
  const length = f64(view, at)
  const column = (offset: number, size: number, i: number) => at + 8 + offset * length + size * i
  return Array.from({ length }, (_, i) => {
    const position = f64(view, column(16, 8, i))
    const blockBytes = u32(view, column(36, 4, i))
    const metric = u32(view, column(28, 4, i))
    const points = u32(view, column(32, 4, i))
    const entry = new EntryReader(view, position + 20)
    expect(view.getUint8(position + 12)).toBe(3)
    expect(entry.byte()).toBe(0x31)
    const rowsOnly = entry.byte()
    expect(rowsOnly).toBe(view.getUint8(column(44, 1, i)))
    expect([entry.int64(), entry.int64()]).toEqual([
      view.getBigInt64(column(0, 8, i), true),
      view.getBigInt64(column(8, 8, i), true),
    ])
    entry.skip(16)
    expect(entry.varint()).toBe(points)
    entry.skip(48)
    const { intervalMinNs, intervalMaxNs, intervalFactor } = fixtureParameters
    const parameters = [entry.int64(), entry.int64(), entry.varint(), entry.int64()]
    if (metric !== 4) expect(parameters).toEqual([intervalMinNs, intervalMaxNs, intervalFactor, 60n * second])
    const gap = parameters[3] === 0n ? "" : parameters[3]
    expect(u32(view, column(40, 4, i))).toBe(crc32(`${parameters[0]} ${parameters[1]} ${parameters[2]} ${gap}`))
    let bytes = 0
    let counted = 0
    for (let blocks = entry.varint(); blocks > 0; blocks--) {
      bytes += entry.varint()
      counted += entry.varint()
      entry.skip(16)
    }
    if (rowsOnly === 0) expect(counted).toBe(points)
    const levels = entry.varint()
    for (let level = 0; level < levels; level++) {
      entry.byte()
      for (let blocks = entry.varint(); blocks > 0; blocks--) {
        bytes += entry.varint()
        for (let skipped = 0; skipped < 3; skipped++) entry.varint()
      }
    }
    expect(bytes).toBe(blockBytes)
    expect(20 + entry.at - (position + 20)).toBe(u32(view, column(24, 4, i)))
    return { metric, points, rowsOnly, levels }
  })
}

class EntryReader {
  at: number
  readonly #view: DataView<ArrayBuffer>

  constructor(view: DataView<ArrayBuffer>, at: number) {
    this.#view = view
    this.at = at
  }

  byte(): number {
    return this.#view.getUint8(this.at++)
  }

  int64(): bigint {
    this.at += 8
    return this.#view.getBigInt64(this.at - 8, true)
  }

  varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }

  skip(bytes: number): void {
    this.at += bytes
  }
}
