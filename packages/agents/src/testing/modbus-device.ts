import type { AddressInfo } from "node:net"
import { createServer, type Server, type Socket } from "node:net"
import { onTestEnd, type TestScope } from "@metricq/testkit"

/** A request that a device got. */
export interface ModbusRequest {
  readonly transaction: number
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly count: number
}

/** What a device does with a request: the bytes it writes, as often as it likes. */
export type ModbusBehaviour = (request: ModbusRequest, socket: Socket) => void

/** A Modbus TCP device whose behaviour a test decides. It ends with the test. */
export class ModbusDevice {
  /** Of the input and holding registers, by address; others are 0. */
  readonly registers = new Map<number, number>()
  /** Of the coils and discrete inputs; others are 0. */
  readonly bits = new Set<number>()
  /** What was asked for, in order. */
  readonly asked: ModbusRequest[] = []
  behaviour: ModbusBehaviour
  /** Connections taken so far. */
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0

  private constructor() {
    this.behaviour = (request, socket) => this.answer(request, socket)
    this.#server = createServer((socket) => {
      this.connections += 1
      this.#sockets.add(socket)
      socket.on("close", () => this.#sockets.delete(socket))
      socket.on("error", () => undefined)
      socket.on("data", (bytes: Buffer) => this.#take(bytes, socket))
    })
  }

  static async start(t: TestScope): Promise<ModbusDevice> {
    const device = new ModbusDevice()
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  get port(): number {
    return this.#port
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  /** Listen, again where it was before. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.reset()
    await closed
  }

  /** Break all connections. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Close all connections, as devices do whose connections are idle. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.end()
  }

  /** Put a float32 into two registers, most significant first. */
  setFloat(address: number, value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatBE(value)
    this.registers.set(address, bytes.readUInt16BE(0)).set(address + 1, bytes.readUInt16BE(2))
  }

  /** Put a text into registers. */
  setText(address: number, text: string): void {
    const bytes = Buffer.from(text.padEnd(text.length + (text.length % 2), "\0"), "latin1")
    for (let i = 0; i < bytes.length; i += 2) this.registers.set(address + i / 2, bytes.readUInt16BE(i))
  }

  /** Answer as a device should, with another transaction number if one is given. */
  answer(request: ModbusRequest, socket: Socket, transaction = request.transaction): void {
    const data = request.code <= 2 ? this.#bitsOf(request) : this.#registersOf(request)
    this.write(request, socket, [request.code, data.length, ...data], transaction)
  }

  /** Answer with an exception. */
  refuse(request: ModbusRequest, socket: Socket, exception: number): void {
    this.write(request, socket, [request.code | 0x80, exception])
  }

  /** Write a frame with this protocol data unit. */
  write({ transaction, unit }: ModbusRequest, socket: Socket, pdu: readonly number[], as = transaction): void {
    const frame = Buffer.from([0, 0, 0, 0, 0, pdu.length + 1, unit, ...pdu])
    frame.writeUInt16BE(as)
    socket.write(frame)
  }

  #take(bytes: Buffer, socket: Socket): void {
    const request = {
      transaction: bytes.readUInt16BE(0),
      unit: bytes.readUInt8(6),
      code: bytes.readUInt8(7),
      address: bytes.readUInt16BE(8),
      count: bytes.readUInt16BE(10),
    }
    this.asked.push(request)
    this.behaviour(request, socket)
  }

  #registersOf({ address, count }: ModbusRequest): Buffer {
    const data = Buffer.alloc(2 * count)
    for (let i = 0; i < count; i += 1) data.writeUInt16BE(this.registers.get(address + i) ?? 0, 2 * i)
    return data
  }

  #bitsOf({ address, count }: ModbusRequest): Buffer {
    const data = Buffer.alloc(Math.ceil(count / 8))
    for (let i = 0; i < count; i += 1) {
      if (this.bits.has(address + i)) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7))
    }
    return data
  }
}
