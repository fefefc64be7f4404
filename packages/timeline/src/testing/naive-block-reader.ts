/**
 * A reader of blocks that follows docs/format/block.md word by word, one number at a time and with bits as text. It trusts what it reads.
 *
 * Where it and the decoder agree, the document says what the encoder does.
 */
export class NaiveBlockReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  points(): { baseNs: bigint; offsets: number[]; values: number[] } {
    this.#expect(0x11)
    const count = this.#varint() + 1
    const baseNs = this.#view(8).getBigInt64(0, true)
    const block = { baseNs, offsets: this.#rising(count), values: this.#values(count) }
    this.#expectEnd()
    return block
  }

  rows(): number[][] {
    this.#expect(0x21)
    const count = this.#varint() + 1
    const columns = [this.#rising(count)]
    for (let i = 0; i < 6; i++) columns.push(this.#values(count))
    this.#expectEnd()
    return columns
  }

  #rising(count: number): number[] {
    const first = this.#signed()
    const step = this.#varint()
    return this.#integers(count).map((beside, i) => first + (i * step + beside))
  }

  #integers(count: number): number[] {
    const kind = this.#byte()
    if (kind === 0) return Array(count).fill(this.#signed())
    const unit = kind & 4 ? this.#varint() : 1
    const origin = kind & 4 ? this.#signed() : 0
    return this.#unscaled(kind & 3, count).map((n) => origin + unit * n)
  }

  #unscaled(kind: number, count: number): number[] {
    if (kind === 1) return this.#packed(count)
    const numbers = [this.#signed()]
    for (const difference of this.#packed(count - 1)) numbers.push(numbers.at(-1)! + difference)
    return numbers
  }

  #packed(count: number): number[] {
    const minis = Math.ceil(count / 128)
    const references = this.#array(minis)
    const widths = this.#array(minis)
    const exceptions = this.#packedExceptions()
    const numbers = references.flatMap((reference, mini) =>
      this.#bits(Math.min(128, count - 128 * mini), widths[mini]!).map((bits) => reference + bits),
    )
    for (const [place, high] of exceptions) numbers[place]! += high * 2 ** widths[Math.floor(place / 128)]!
    return numbers
  }

  #packedExceptions(): [place: number, high: number][] {
    const exceptions: [number, number][] = []
    let place = -1
    for (let left = this.#varint(); left > 0; left--) {
      const head = this.#varint()
      place += 1 + Math.floor(head / 3)
      exceptions.push([place, head % 3 === 0 ? 1 : head % 3 === 1 ? -1 : this.#signed()])
    }
    return exceptions
  }

  #array(minis: number): number[] {
    const least = this.#signed()
    const width = minis === 1 ? 0 : this.#byte()
    return this.#bits(minis, width).map((bits) => least + bits)
  }

  #bits(count: number, width: number): number[] {
    const text = this.#bitText(Math.ceil((count * width) / 8))
    const low = Math.min(width, 32)
    const number = (start: number, length: number) => (length === 0 ? 0 : fromBits(text, start, length))
    return Array.from({ length: count }, (_, i) => {
      const upper = width - low
      return number(i * low, low) + number(count * low + i * upper, upper) * 2 ** 32
    })
  }

  #values(count: number): number[] {
    const codec = this.#byte()
    if (codec === 0) return Array.from({ length: count }, () => this.#float64())
    if (codec === 1) return Array(count).fill(this.#float64())
    if (codec === 2) return this.#xor(count)
    if (codec === 4) {
      const entries = this.#values(this.#varint() + 1)
      return this.#integers(count).map((n) => entries[n]!)
    }
    const divisor = codec === 3 ? 2 ** this.#byte() : 10 ** (codec & 15)
    let values = this.#integers(count).map((n) => n / divisor)
    if (codec >= 0x40) {
      const corrections = this.#integers(count)
      values = values.map((value, i) => fromWord(wordOf(value) + BigInt(corrections[i]!)))
    }
    this.#exceptions(values)
    return values
  }

  #exceptions(values: number[]): void {
    const count = this.#varint()
    const kind = count === 0 ? 0 : this.#byte()
    for (let i = 0, place = -1; i < count; i++) {
      place += 1 + this.#varint()
      values[place] = kind === 0 ? Number.NaN : this.#float64()
    }
  }

  #xor(count: number): number[] {
    let text = this.#bitText(this.#varint())
    const take = (length: number) => {
      const bits = text.slice(0, length)
      text = text.slice(length)
      return BigInt(`0b${[...bits].reverse().join("")}`)
    }
    let zeros = 0
    let word = 0n
    return Array.from({ length: count }, () => {
      const code = take(2)
      if (code & 1n) zeros = [0, 8, 12, 16, 18, 20, 22, 24][Number(take(3))]!
      if (code === 1n) {
        const length = Number(take(6)) + 1
        word ^= take(length) << BigInt(64 - zeros - length)
      } else if (code > 1n) {
        word ^= take(64 - zeros)
      }
      return fromWord(word)
    })
  }

  #varint(): number {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(value)
    }
  }

  #signed(): number {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(value & 1n ? -(value + 1n) / 2n : value / 2n)
    }
  }

  #byte(): number {
    return this.#view(1).getUint8(0)
  }

  #float64(): number {
    return this.#view(8).getFloat64(0, true)
  }

  /** Bits in the order in which they are read. */
  #bitText(bytes: number): string {
    const view = this.#view(bytes)
    let text = ""
    for (let i = 0; i < bytes; i++) text += [...view.getUint8(i).toString(2).padStart(8, "0")].reverse().join("")
    return text
  }

  #view(length: number): DataView {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, length)
    this.#at += length
    return view
  }

  #expect(kind: number): void {
    const found = this.#byte()
    if (found !== kind) throw new Error(`first byte ${found}, not ${kind}`)
  }

  #expectEnd(): void {
    if (this.#at !== this.#bytes.length) throw new Error(`read ${this.#at} of ${this.#bytes.length} bytes`)
  }
}

function fromBits(text: string, start: number, length: number): number {
  return Number.parseInt([...text.slice(start, start + length)].reverse().join(""), 2)
}

function wordOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0]!
}

function fromWord(word: bigint): number {
  return new Float64Array(BigUint64Array.of(BigInt.asUintN(64, word)).buffer)[0]!
}
