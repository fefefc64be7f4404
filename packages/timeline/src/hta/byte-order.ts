import { endianness } from "node:os"

/** Numbers in an archive have their least significant byte first. Whether those of this machine's typed arrays do not. */
export const isForeign = endianness() !== "LE"

/** Place of the low half of a 64-bit number of this machine seen as two 32-bit words; the high half is the other one. */
export const lowWord = isForeign ? 1 : 0
export const highWord = 1 - lowWord
