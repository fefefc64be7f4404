import { expect, test } from "vitest"
import { PacketGuard } from "./packet-guard.js"

function packet(length: number): Buffer {
  const header = [0x30]
  let rest = length
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)])
}

/** Whether all is accepted, in pieces of this size. */
function accepts(bytes: Buffer, size: number): boolean {
  const guard = new PacketGuard(300)
  for (let at = 0; at < bytes.length; at += size) if (!guard.accepts(bytes.subarray(at, at + size))) return false
  return true
}

test("packets of all lengths, cut anywhere", () => {
  const good = Buffer.concat([0, 1, 127, 128, 129, 300, 0, 2].map(packet))
  const large = Buffer.concat([packet(20), packet(301).subarray(0, 10)])
  const endless = Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff)
  for (let size = 1; size <= good.length; size += 1)
    expect([size, accepts(good, size), accepts(large, size), accepts(endless, size)]).toEqual([
      size,
      true,
      false,
      false,
    ])
})
