/** One element of BER: its tag, and where its content lies. */
export interface Element {
  readonly tag: number
  readonly content: Buffer
}

/** The elements that a content is made of. @throws {RangeError} if it is cut off */
export function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at)
    let length = bytes.readUInt8(at + 1)
    at += 2
    if (length > 0x7f) {
      const digits = length & 0x7f
      length = bytes.readUIntBE(at, digits)
      at += digits
    }
    if (at + length > bytes.length) throw new RangeError("the element is cut off")
    elements.push({ tag, content: bytes.subarray(at, at + length) })
    at += length
  }
  return elements
}

/** An element of this tag. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.alloc(3, 0x82)
  length.writeUInt16BE(content.length, 1)
  return Buffer.concat([Buffer.from([tag]), length, content])
}

/** A whole number, in as few bytes as two's complement takes. */
export function integer(tag: number, value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value)
  do {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (!((rest === 0n && (bytes[0] ?? 0) < 0x80) || (rest === -1n && (bytes[0] ?? 0) >= 0x80)))
  return element(tag, Buffer.from(bytes))
}

export function integerOf({ content }: Element): number {
  return content.length === 0 ? 0 : content.readIntBE(0, Math.min(content.length, 6))
}

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...others] = text.split(".").map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...others].flatMap(base128)))
}

export function oidOf({ content }: Element): string {
  const parts: number[] = []
  let part = 0
  for (const byte of content) {
    part = part * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    parts.push(part)
    part = 0
  }
  const [head = 0, ...others] = parts
  const first = Math.min(2, Math.floor(head / 40))
  return [first, head - first * 40, ...others].join(".")
}

function base128(part: number): number[] {
  const digits = [part % 128]
  for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80)
  return digits
}
