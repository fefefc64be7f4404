import { AbortReason, ErrorClass, ErrorCode, RejectReason } from "@bacnet-js/client"
import { MetricqError } from "@metricq/client"

const SERVICES_CLASS = 5
const UNRECOGNIZED_SERVICE = 9
/** The answer would have been too long for the device, or the request had too much in it. */
const TOO_MUCH = { abort: [1, 4, 9, 11], reject: [1, 7] }

/** A device has turned down a request, or the reading of a property. Code `bacnet-refused`. */
export class BacnetRefusal extends MetricqError {
  readonly how: "error" | "reject" | "abort"
  readonly errorClass: number | undefined
  /** Code of the error, or reason of the reject or abort. */
  readonly reason: number

  constructor(how: "error" | "reject" | "abort", reason: number, errorClass?: number) {
    super("bacnet-refused", textOf(how, reason, errorClass))
    this.how = how
    this.reason = reason
    this.errorClass = errorClass
  }

  /** The device does not know the service. */
  get isUnknownService(): boolean {
    return this.how === "error"
      ? this.errorClass === SERVICES_CLASS
      : this.how === "reject" && this.reason === UNRECOGNIZED_SERVICE
  }

  /** Less at once might go well. */
  get isTooMuch(): boolean {
    return this.how !== "error" && TOO_MUCH[this.how].includes(this.reason)
  }
}

function textOf(how: "error" | "reject" | "abort", reason: number, errorClass: number | undefined): string {
  if (how === "error") return `the device answers ${word(ErrorClass, errorClass ?? -1)}: ${word(ErrorCode, reason)}`
  return how === "reject"
    ? `the device rejects the request: ${word(RejectReason, reason)}`
    : `the device aborts the request: ${word(AbortReason, reason)}`
}

function word(names: Readonly<Record<number, string>>, number: number): string {
  return names[number]?.toLowerCase().replaceAll("_", " ") ?? `number ${number}`
}
