import type { Socket } from "node:net"
import { Duplex } from "node:stream"
import { expect, test } from "vitest"
import { MemoryGauge } from "../model/memory-gauge.js"
import { Output } from "./output.js"

/** A socket that takes a write only when it is told to. */
class SlowSocket extends Duplex {
  readonly chunks: Buffer[] = []
  readonly #callbacks: (() => void)[] = []

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.chunks.push(chunk)
    this.#callbacks.push(callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.chunks.push(...chunks.map(({ chunk }) => chunk))
    this.#callbacks.push(callback)
  }

  /** Takes one write; false if none waits. */
  async takeWrite(): Promise<boolean> {
    const callback = this.#callbacks.shift()
    callback?.()
    await new Promise((resolve) => setImmediate(resolve))
    return callback !== undefined
  }
}

function open(): { socket: SlowSocket; output: Output; gauge: MemoryGauge } {
  const socket = new SlowSocket()
  const gauge = new MemoryGauge(Number.MAX_SAFE_INTEGER)
  return { socket, output: new Output(socket as unknown as Socket, gauge), gauge }
}

const total = (chunks: Buffer[]) => chunks.reduce((sum, { length }) => sum + length, 0)

test("hands the socket a little at a time, so that a peer that takes a little shows progress", async () => {
  const { socket, output, gauge } = open()
  for (let index = 0; index < 20; index++) output.writer.raw(Buffer.alloc(100_000, index))
  output.flush()
  expect(output.pendingBytes).toBe(2_000_000)
  expect(gauge.bytes).toBe(2_000_000)
  expect(total(socket.chunks)).toBeLessThanOrEqual(300_000)
  const before = performance.now()
  let last = output.stalledMs(before + 1000)
  expect(last).toBeGreaterThan(999)
  for (let taken = 0; await socket.takeWrite(); taken++) {
    const stalled = output.stalledMs(before + 1000)
    if (taken > 0 && output.pendingBytes > 0) expect(stalled).toBeLessThan(last)
    last = stalled
  }
  expect(
    Buffer.concat(socket.chunks).equals(
      Buffer.concat(Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000, index))),
    ),
  ).toBe(true)
  expect([output.pendingBytes, gauge.bytes, output.stalledMs(performance.now())]).toEqual([0, 0, 0])
})

test("tells of the relief once the half of what is too much has left, also if nobody asked before", async () => {
  const { socket, output } = open()
  let reliefs = 0
  output.onRelief = () => {
    reliefs++
  }
  for (let index = 0; index < 8; index++) output.writer.raw(Buffer.alloc(50_000))
  output.flush()
  expect(output.isCongested).toBe(true)
  while (reliefs === 0) expect(await socket.takeWrite()).toBe(true)
  expect(output.pendingBytes).toBeLessThanOrEqual(128 * 1024)
  expect(output.isCongested).toBe(false)
  while (await socket.takeWrite());
  expect(reliefs).toBe(1)
})

test("ends the socket only when everything has been handed over", async () => {
  const { socket, output } = open()
  output.writer.raw(Buffer.alloc(1_000_000))
  for (let index = 0; index < 10; index++) output.writer.raw(Buffer.alloc(100_000))
  output.end()
  output.writer.raw(Buffer.from("too late"))
  output.flush()
  expect(socket.writableEnded).toBe(false)
  while (await socket.takeWrite());
  expect(socket.writableEnded).toBe(true)
  expect(total(socket.chunks)).toBe(2_000_000)
})

test("counts nothing any more once the socket is closed", async () => {
  const { socket, output, gauge } = open()
  output.writer.raw(Buffer.alloc(1_000_000))
  output.flush()
  output.close()
  socket.destroy()
  while (await socket.takeWrite());
  expect([gauge.bytes, output.pendingBytes]).toEqual([0, 0])
})
