import { DataError } from "@metricq/client"
import snmp from "net-snmp"

type RequestOf = Parameters<snmp.Session["onSimpleGetResponse"]>[0]
type MessageOf = Parameters<snmp.Session["onSimpleGetResponse"]>[1]

/**
 * The library's session, safe against what comes in: a packet that it stumbles over is an event `error` and not the end of the
 * process, and a request that was signed takes no answer that is not.
 */
export class GuardedSession extends snmp.Session {
  override onMsg(buffer: Buffer): void {
    try {
      super.onMsg(buffer)
    } catch (error) {
      // Which request it was for is not known any more.
      this.emit("stumbled", error)
    }
  }

  /** Called by the library for the request and not for the session. */
  override onSimpleGetResponse(request: RequestOf, message: MessageOf): void {
    if (isSigned(request.message) && !isSigned(message)) {
      request.responseCb(new snmp.ResponseInvalidError("not signed", snmp.ResponseInvalidCode.EAuthFailure))
    } else {
      super.onSimpleGetResponse(request, message)
    }
  }

  /** As the event `error` of an emitter; without this a failing socket would be an event named by its error. */
  override onError(error: unknown): void {
    this.emit("error", error instanceof Error ? error : new DataError("snmp-send", String(error)))
  }
}

declare module "net-snmp" {
  interface Session {
    emit(event: "error" | "stumbled", error: unknown): boolean
    on(event: "stumbled", listener: (error: unknown) => void): this
  }
}

const SIGNED = 1

function isSigned({ msgGlobalData }: MessageOf): boolean {
  return ((msgGlobalData?.msgFlags ?? 0) & SIGNED) !== 0
}
