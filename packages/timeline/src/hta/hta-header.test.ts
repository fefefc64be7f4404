import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { DataError } from "@metricq/protocol"
import { expect, test } from "vitest"
import { decodeHtaHeader, encodeHtaHeader } from "./hta-header.js"
import { recordedArchive } from "./testing/archive-files.js"

const recorded = readFileSync(join(recordedArchive, "cap.alias", "100000000000.hta")).subarray(0, 80)
const meaning = {
  intervalNs: 100_000_000_000n,
  intervalMinNs: 10_000_000_000n,
  intervalFactor: 10n,
  intervalMaxNs: 1_000_000_000_000n,
}

function changed(change: (header: Buffer) => void): Buffer {
  const header = Buffer.from(recorded)
  change(header)
  return header
}

test("the header that the original wrote is read, and written again byte for byte", () => {
  expect(decodeHtaHeader(recorded, "x.hta")).toEqual({ ...meaning, dataStart: 80 })
  expect(Buffer.from(encodeHtaHeader(meaning))).toEqual(recorded)
})

test("a longer header is taken", () => {
  const longer = changed((header) => header.writeBigUInt64LE(72n, 16))
  expect(decodeHtaHeader(longer, "x.hta")).toEqual({ ...meaning, dataStart: 96 })
})

test.each([
  ["hta-magic", "no HTA file", (header: Buffer) => header.write("PAR1", 0)],
  ["hta-byte-order", "big-endian", (header: Buffer) => header.subarray(8, 16).swap64()],
  ["hta-byte-order", "damaged", (header: Buffer) => header.writeUInt8(0, 9)],
  ["hta-version", "version 3", (header: Buffer) => header.writeBigUInt64LE(3n, 24)],
  ["hta-header", "header of 48 bytes", (header: Buffer) => header.writeBigUInt64LE(48n, 16)],
  ["hta-header", "header of 18446744073709551615 bytes", (header: Buffer) => header.writeBigInt64LE(-1n, 16)],
  ["hta-header", "1/1000 s", (header: Buffer) => header.writeBigInt64LE(1000n, 48)],
])("%s: %s is refused by name", (code, text, change) => {
  const refused = catchError(() => decodeHtaHeader(changed(change), "lab/x.hta"))
  expect(refused.code).toBe(code)
  expect(refused.message).toContain("lab/x.hta")
  expect(refused.message).toContain(text)
})

test("a header cut anywhere is refused", () => {
  for (let length = 0; length < 80; length += 1) {
    expect(catchError(() => decodeHtaHeader(recorded.subarray(0, length), "x.hta")).code).toBe("hta-header")
  }
})

function catchError(work: () => unknown): DataError {
  try {
    work()
  } catch (error) {
    return error as DataError
  }
  throw new Error("nothing was thrown")
}
