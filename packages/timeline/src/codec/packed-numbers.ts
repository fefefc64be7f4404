import { bitLength, MAX_WIDTH, packBits, packedBytes, unpackBits } from "./bit-packing.js"
import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { MAX_COUNT, malformed } from "./format.js"
import { chooseWindow, type Window } from "./window.js"

/**
 * Whole numbers, packed in mini-blocks of 128: each has a reference and a width, and numbers that do not fit are exceptions.
 * (Frame of reference with patches, after Zukowski et al., Super-Scalar RAM-CPU Cache Compression, ICDE 2006.)
 */

const MINI = 128
const MAX_MINIS = MAX_COUNT / MINI

const references = new Float64Array(MAX_MINIS)
const widths = new Float64Array(MAX_MINIS)
const window: Window = { reference: 0, width: 0, outside: 0 }

/** Numbers outside of their window: where they are, and how often the size of the window is to be added. */
let patches = 0
const patchAt = new Int32Array(MAX_COUNT)
const patchHigh = new Float64Array(MAX_COUNT)

/** How an exception is written: the numbers passed over, times three, and one of these. */
const ONE_ABOVE = 0
const ONE_BELOW = 1
const OTHER = 2
const CODES = 3

let words = new Int32Array(4096)

function wordsFor(bytes: number): Int32Array {
  const length = (bytes >>> 2) + 2
  if (words.length < length) words = new Int32Array(2 * length)
  return words
}

/** Write `count` ≥ 1 whole numbers, each below 2^53 in amount, and less than 2^53 apart. */
export function writePacked(out: ByteWriter, numbers: Float64Array, count: number): void {
  const minis = Math.ceil(count / MINI)
  let bytes = 0
  patches = 0
  for (let mini = 0; mini < minis; mini++) {
    const start = mini * MINI
    const length = Math.min(MINI, count - start)
    chooseWindow(numbers, start, length, window)
    references[mini] = window.reference
    widths[mini] = window.width
    bytes += packedBytes(length, window.width)
    if (window.outside > 0) collectPatches(numbers, start, length)
  }
  writeArray(out, references, minis)
  writeArray(out, widths, minis)
  writePatches(out)
  writeBits(out, numbers, count, bytes)
}

function collectPatches(numbers: Float64Array, start: number, count: number): void {
  const size = 2 ** window.width
  for (let i = start; i < start + count; i++) {
    const high = Math.floor((numbers[i]! - window.reference) / size)
    if (high === 0) continue
    patchAt[patches] = i
    patchHigh[patches++] = high
  }
}

function writePatches(out: ByteWriter): void {
  out.varint(patches)
  for (let i = 0, next = 0; i < patches; i++) {
    const high = patchHigh[i]!
    const code = high === 1 ? ONE_ABOVE : high === -1 ? ONE_BELOW : OTHER
    out.varint((patchAt[i]! - next) * CODES + code)
    if (code === OTHER) out.signed(high)
    next = patchAt[i]! + 1
  }
}

function writeBits(out: ByteWriter, numbers: Float64Array, count: number, bytes: number): void {
  const into = wordsFor(bytes)
  for (let mini = 0, at = 0; mini * MINI < count; mini++) {
    const start = mini * MINI
    const width = widths[mini]!
    packBits(into, at, numbers, start, Math.min(MINI, count - start), references[mini]!, width)
    at += (MINI / 32) * width
  }
  out.copy(new Uint8Array(into.buffer, 0, bytes))
}

/** One number for each mini-block: the least as it is, and of more than one the width and bits of what is above it. */
function writeArray(out: ByteWriter, numbers: Float64Array, count: number): void {
  let minimum = numbers[0]!
  let maximum = minimum
  for (let i = 1; i < count; i++) {
    minimum = Math.min(minimum, numbers[i]!)
    maximum = Math.max(maximum, numbers[i]!)
  }
  out.signed(minimum)
  if (count === 1) return
  const width = bitLength(maximum - minimum)
  const bytes = packedBytes(count, width)
  out.byte(width)
  const into = wordsFor(bytes)
  packBits(into, 0, numbers, 0, count, minimum, width)
  out.copy(new Uint8Array(into.buffer, 0, bytes))
}

/** Read `count` numbers into `target` from `start` on. */
export function readPacked(from: ByteReader, target: Float64Array, start: number, count: number): void {
  const minis = Math.ceil(count / MINI)
  readArray(from, references, minis)
  readArray(from, widths, minis)
  let bytes = 0
  for (let mini = 0; mini < minis; mini++) {
    const width = widths[mini]!
    if (width < 0 || width > MAX_WIDTH) throw malformed(`numbers of ${width} bits`)
    bytes += packedBytes(Math.min(MINI, count - mini * MINI), width)
  }
  readPatches(from, count)
  const packed = loadWords(from, bytes)
  for (let mini = 0, at = 0; mini < minis; mini++) {
    const first = mini * MINI
    const width = widths[mini]!
    unpackBits(packed, at, target, start + first, Math.min(MINI, count - first), references[mini]!, width)
    at += (MINI / 32) * width
  }
  for (let i = 0; i < patches; i++) {
    const at = patchAt[i]!
    target[start + at] = target[start + at]! + patchHigh[i]! * 2 ** widths[Math.floor(at / MINI)]!
  }
}

function readPatches(from: ByteReader, count: number): void {
  patches = from.varint()
  if (patches > count) throw malformed(`${patches} exceptions of ${count} numbers`)
  for (let i = 0, next = 0; i < patches; i++) {
    const head = from.varint()
    const code = head % CODES
    const at = next + (head - code) / CODES
    if (at >= count) throw malformed(`an exception at ${at} of ${count} numbers`)
    patchAt[i] = at
    patchHigh[i] = code === ONE_ABOVE ? 1 : code === ONE_BELOW ? -1 : from.signed()
    next = at + 1
  }
}

function readArray(from: ByteReader, target: Float64Array, count: number): void {
  const minimum = from.signed()
  const width = count === 1 ? 0 : from.byte()
  if (width > MAX_WIDTH) throw malformed(`numbers of ${width} bits`)
  unpackBits(loadWords(from, packedBytes(count, width)), 0, target, 0, count, minimum, width)
}

function loadWords(from: ByteReader, bytes: number): Int32Array {
  const view = from.view(bytes)
  const into = wordsFor(bytes)
  new Uint8Array(into.buffer).set(view)
  return into
}
