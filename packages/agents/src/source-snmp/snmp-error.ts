import { DataError, MetricqError, TimeoutError } from "@metricq/client"
import snmp from "net-snmp"

/** The host has answered with an error. */
export class SnmpStatusError extends MetricqError {
  readonly status: number
  /** The object that it names. */
  readonly oid: string | undefined

  constructor(peer: string, status: number, oid: string | undefined) {
    const name = snmp.ErrorStatus[status] ?? `status ${status}`
    super("snmp-status", `${peer}: answered with ${name}${oid === undefined ? "" : ` for ${oid}`}`)
    this.status = status
    this.oid = oid
  }

  get isTooBig(): boolean {
    return this.status === snmp.ErrorStatus.TooBig
  }
}

/** What errors are made with. */
interface Asked {
  /** Address and port, for people. */
  readonly peer: string
  /** Until it was given up. */
  readonly waitedMs: number
  /** Why the last answer could not be read, if one came. */
  readonly unreadable: string | undefined
}

/**
 * An error of the library as one of ours. The library's own carry communities and passwords, so nothing of them is kept but what is
 * known to have none.
 */
export function snmpError(error: unknown, { peer, waitedMs, unreadable }: Asked): Error {
  const { name, message = "", status, code } = error as Error & { status?: number; code?: number | string }
  if (name === "RequestTimedOutError") {
    const seconds = `${Number((waitedMs / 1000).toPrecision(3))} s`
    if (unreadable === undefined) return new TimeoutError(`no answer from ${peer} within ${seconds}`)
    return new DataError("snmp-answer", `no answer of use from ${peer} within ${seconds}: ${unreadable}`)
  }
  if (name === "RequestFailedError" && status !== undefined) {
    return new SnmpStatusError(peer, status, /: ([\d.]+)$/.exec(message)?.[1])
  }
  if (name === "ResponseInvalidError") return new MetricqError("snmp-answer", `${peer}: ${invalid(code, message)}`)
  if (typeof code === "string") return new MetricqError("snmp-send", `${peer} cannot be reached: ${code}`)
  return new MetricqError("snmp-answer", `${peer}: the request or its answer is unusable`)
}

function invalid(code: number | string | undefined, message: string): string {
  const codes = snmp.ResponseInvalidCode
  switch (code) {
    case codes.EAuthFailure:
      // Of the library's texts only the names of the standard's counters stay.
      return /^(Unsupported|Not In|Unknown|Wrong|Decryption) [\w ,()]+$/.test(message)
        ? `refused: ${message}`
        : "the answer is not signed with this password"
    case codes.ECouldNotDecrypt:
      return "the answer cannot be decrypted with this password"
    case codes.ECommunityNoMatch:
      return "the answer has another community"
    case codes.EVersionNoMatch:
      return "the answer has another version of SNMP"
    case codes.EReqResOidNoMatch:
      return "the answer has other objects than were asked for"
    case codes.EOutOfOrder:
      return "the objects of the answer are out of order"
    default:
      return `the answer is wrong (${codes[code as number] ?? code ?? "unknown"})`
  }
}
