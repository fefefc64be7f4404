import { DataError } from "@metricq/client"
import { isBitFunction, type RegisterFunction } from "../protocol/functions.js"
import { ModbusException } from "../protocol/modbus-error.js"
import type { ReadRequest } from "../protocol/read-request.js"
import { bitAt } from "../values/value-format.js"

const MAX_REGISTERS = 125
const MAX_BITS = 2000

/** Asks for registers; rejects as {@link Gateway.read}. */
export type Ask = (request: ReadRequest) => Promise<Buffer>

/**
 * Puts into `found` what stands in those of the registers that are there, by address. What is refused is halved until single registers are
 * left; a device that does not know the kind at all is asked once.
 *
 * Rejects if the device is silent; what has been found by then stays.
 */
export async function scanRegisters(
  ask: Ask,
  kind: RegisterFunction,
  addresses: readonly number[],
  found: Map<number, number>,
): Promise<void> {
  const requests = runsOf(addresses, isBitFunction(kind) ? MAX_BITS : MAX_REGISTERS).map(
    ({ address, count }): ReadRequest => ({ kind, address, count }),
  )
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    try {
      note(found, request, await ask(request))
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (error instanceof ModbusException && error.exception === 1) return
      requests.unshift(...halves(request))
    }
  }
}

/** Addresses that follow one another, `most` at a time. They come ascending, and each once. */
export function runsOf(addresses: Iterable<number>, most: number): { address: number; count: number }[] {
  const runs: { address: number; count: number }[] = []
  for (const address of addresses) {
    const last = runs.at(-1)
    if (last !== undefined && last.address + last.count === address && last.count < most) last.count += 1
    else runs.push({ address, count: 1 })
  }
  return runs
}

function note(found: Map<number, number>, { kind, address, count }: ReadRequest, data: Buffer): void {
  const isBits = isBitFunction(kind)
  for (let i = 0; i < count; i += 1) found.set(address + i, isBits ? bitAt(data, i) : data.readUInt16BE(2 * i))
}

function halves({ kind, address, count }: ReadRequest): ReadRequest[] {
  if (count === 1) return []
  const half = Math.floor(count / 2)
  return [
    { kind, address, count: half },
    { kind, address: address + half, count: count - half },
  ]
}

function isRefusal(error: unknown): boolean {
  return error instanceof DataError || (error instanceof ModbusException && !error.isAboutUnit)
}
