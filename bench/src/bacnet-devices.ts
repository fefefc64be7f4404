import { createSocket } from "node:dgram"
import { once } from "node:events"

/**
 * A fleet of BACnet/IP devices for the bench, in a process of its own: every object has its instance as value, and a name of its own.
 * Started with their number; says their ports in its first message, and takes messages with the number of those, from the end, that
 * shall be silent.
 */
const [count = "1"] = process.argv.slice(2)
let silentFrom = Number.POSITIVE_INFINITY

const OBJECT_NAME = 77
const DESCRIPTION = 28
const UNITS = 117
const PRESENT_VALUE = 85

const ports = await Promise.all(Array.from({ length: Number(count) }, (_, i) => listen(i)))
process.on("message", (silent: number) => {
  silentFrom = ports.length - silent
})
process.on("disconnect", () => process.exit())
process.send?.(ports)

async function listen(index: number): Promise<number> {
  const socket = createSocket("udp4")
  socket.bind(0, "127.0.0.2")
  await once(socket, "listening")
  socket.on("message", (request, { address, port }) => {
    if (index >= silentFrom) return
    const answer = request[6] === 0x10 ? iAm(index) : readMultiple(request)
    socket.send(answer, port, address)
  })
  return socket.address().port
}

/** Instance, 1476 bytes, no segmentation, vendor 15. */
function iAm(index: number): Buffer {
  const device = Buffer.alloc(4)
  device.writeUInt32BE(0x02000000 + 1000 + index)
  return packed([0x10, 0x00, 0xc4, ...device, 0x22, 0x05, 0xc4, 0x91, 0x03, 0x21, 15])
}

/** Objects as `0c TYPE_AND_INSTANCE 1e PROPERTIES 1f`, properties of one byte as `09 NUMBER`. */
function readMultiple(request: Buffer): Buffer {
  const answer = [0x30, request[8] ?? 0, 0x0e]
  for (let at = 10; at < request.length; ) {
    const object = request.subarray(at + 1, at + 5)
    answer.push(0x0c, ...object, 0x1e)
    for (at += 6; request[at] === 0x09; at += 2) {
      const property = request[at + 1] ?? 0
      answer.push(0x29, property, 0x4e, ...encodedValue(object, property), 0x4f)
    }
    answer.push(0x1f)
    at += 1
  }
  return packed(answer)
}

function encodedValue(object: Buffer, property: number): number[] {
  const instance = object.readUInt32BE() % 2 ** 22
  if (property === UNITS) return [0x91, 62]
  if (property === OBJECT_NAME) return text(`Object ${instance}`)
  if (property === DESCRIPTION) return text("simulated")
  const value = Buffer.alloc(4)
  value.writeFloatBE(property === PRESENT_VALUE ? instance : 0)
  return [0x44, ...value]
}

/** In UTF-8, of 5 to 253 bytes. */
function text(characters: string): number[] {
  return [0x75, characters.length + 1, 0, ...Buffer.from(characters)]
}

function packed(bytes: readonly number[]): Buffer {
  const length = bytes.length + 6
  return Buffer.from([0x81, 0x0a, length >> 8, length & 255, 0x01, 0x00, ...bytes])
}
