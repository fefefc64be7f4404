import { MetricqError } from "@metricq/client"

const names: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal address",
  3: "illegal value",
  4: "device failure",
  5: "acknowledge",
  6: "busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway: no answer from the unit",
}

/** The device, or the gateway before it, has answered that it will not answer. */
export class ModbusException extends MetricqError {
  /** The number that the standard gives it. */
  readonly exception: number

  constructor(exception: number) {
    super("modbus-exception", `answered with exception ${exception} (${names[exception] ?? "unknown"})`)
    this.exception = exception
  }

  /** It has other things to do just now. */
  get isBusy(): boolean {
    return this.exception === 6
  }

  /** Some of the registers are not there, or they are too many for one request. */
  get isAboutRegisters(): boolean {
    return this.exception === 2 || this.exception === 3
  }

  /** A gateway says that there is nobody behind it. */
  get isAboutUnit(): boolean {
    return this.exception === 10 || this.exception === 11
  }
}

/** The connection cannot be used any more: it was closed, reset, or carries what is no Modbus. */
export class ConnectionLost extends MetricqError {
  constructor(message: string, options?: ErrorOptions) {
    super("connection-lost", message, options)
  }
}
