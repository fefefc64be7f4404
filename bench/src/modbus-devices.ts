import type { AddressInfo } from "node:net"
import { createServer } from "node:net"

/**
 * A fleet of Modbus TCP devices for the bench, in a process of its own: every register holds its address. Started with their number;
 * says their ports in its first message, and takes messages with the number of those, from the end, that shall be silent.
 */
const [count = "1"] = process.argv.slice(2)
let silentFrom = Number.POSITIVE_INFINITY

const ports = await Promise.all(Array.from({ length: Number(count) }, (_, i) => listen(i)))
process.on("message", (silent: number) => {
  silentFrom = ports.length - silent
})
process.on("disconnect", () => process.exit())
process.send?.(ports)

async function listen(index: number): Promise<number> {
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on("error", () => undefined)
    socket.on("data", (request: Buffer) => {
      if (index < silentFrom) socket.write(answerTo(request))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

/** A request of twelve bytes comes whole. */
function answerTo(request: Buffer): Buffer {
  const [address, registers] = [request.readUInt16BE(8), request.readUInt16BE(10)]
  const answer = Buffer.alloc(9 + 2 * registers)
  request.copy(answer, 0, 0, 8)
  answer.writeUInt16BE(3 + 2 * registers, 4)
  answer.writeUInt8(2 * registers, 8)
  for (let i = 0; i < registers; i += 1) answer.writeUInt16BE(address + i, 9 + 2 * i)
  return answer
}
