import type { DeviceAddress } from "./address.js"

/** What a device says about itself when it is asked who it is. */
export interface Introduction {
  readonly address: DeviceAddress
  /** Its device instance; `undefined` if it answers, but does not tell. */
  readonly instance: number | undefined
  /** Bytes of the longest message it takes. */
  readonly maxApdu: number
  /** What it can do with messages in pieces: 0 send and receive, 1 send, 2 receive, 3 nothing. */
  readonly segmentation: number
  readonly vendor: number | undefined
}

/** For devices that do not tell: what every device can do. */
export const SMALLEST_APDU = 50

/** Whether it can send answers in pieces. */
export function sendsSegments({ segmentation }: Introduction): boolean {
  return segmentation === 0 || segmentation === 1
}
