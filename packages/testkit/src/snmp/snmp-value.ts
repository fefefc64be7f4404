import { element, integer, oid } from "./ber.js"

/** A value that a device tells, as it goes over the wire. */
export type SnmpValue = Buffer

/** Values of each type. */
export const snmpValue = {
  integer: (value: number): SnmpValue => integer(0x02, value),
  text: (value: string | Uint8Array): SnmpValue => element(0x04, Buffer.from(value)),
  oid: (value: string): SnmpValue => oid(value),
  counter32: (value: number): SnmpValue => integer(0x41, value),
  gauge: (value: number): SnmpValue => integer(0x42, value),
  ticks: (value: number): SnmpValue => integer(0x43, value),
  counter64: (value: bigint): SnmpValue => integer(0x46, value),
  /** A float as Net-SNMP packs it. */
  float(value: number): SnmpValue {
    const bytes = Buffer.from([0x9f, 0x78, 4, 0, 0, 0, 0])
    bytes.writeFloatBE(value, 3)
    return element(0x44, bytes)
  },
  null: element(0x05),
  noSuchObject: element(0x80),
  noSuchInstance: element(0x81),
  endOfMibView: element(0x82),
}
