import { DataError } from "@metricq/client"
import { functionCodes, isBitFunction, type RegisterFunction } from "./functions.js"
import { ModbusException } from "./modbus-error.js"

/** Registers that lie side by side, to be read at once. */
export interface ReadRequest {
  readonly kind: RegisterFunction
  /** Of the first, from 0 to 65535. */
  readonly address: number
  /** At most 125 registers, or 2000 coils or discrete inputs. */
  readonly count: number
}

const EXCEPTION_FLAG = 0x80

/** The protocol data unit of a request. */
export function encodeReadRequest({ kind, address, count }: ReadRequest): Buffer {
  const pdu = Buffer.alloc(5)
  pdu.writeUInt8(functionCodes[kind], 0)
  pdu.writeUInt16BE(address, 1)
  pdu.writeUInt16BE(count, 3)
  return pdu
}

/**
 * The data of the answer to a request: two bytes a register, high byte first; of coils and discrete inputs eight a byte, the first
 * in the lowest bit. Shares the memory of `pdu`.
 *
 * @throws {ModbusException} if the device refuses; {DataError} `garbage` for what is no answer to this request
 */
export function decodeReadAnswer({ kind, count }: ReadRequest, pdu: Buffer): Buffer {
  const code = functionCodes[kind]
  if (pdu[0] === (code | EXCEPTION_FLAG) && pdu.length >= 2) throw new ModbusException(pdu.readUInt8(1))
  const bytes = isBitFunction(kind) ? Math.ceil(count / 8) : 2 * count
  if (pdu[0] !== code || pdu[1] !== bytes || pdu.length !== 2 + bytes)
    throw new DataError("garbage", `what came is no answer to the request: ${pdu.subarray(0, 8).toString("hex")}`)
  return pdu.subarray(2)
}
