import { DataError } from "@metricq/client"
import snmp, { type Varbind } from "net-snmp"
import type { SnmpSession } from "./session.js"
import { SnmpStatusError } from "./snmp-error.js"

/** Takes the outcome for objects, as answers come in. */
export interface ObjectsListener {
  /** The answer to a request: what came, in the order asked for. */
  onAnswer(varbinds: readonly Varbind[]): void
  /** An object that the host refuses, or leaves out. */
  onMissing(oid: string, error: unknown): void
}

/** Errors of a single object, named by the host, that say nothing about the others. */
const ofOneObject: readonly number[] = [
  snmp.ErrorStatus.NoSuchName,
  snmp.ErrorStatus.GeneralError,
  snmp.ErrorStatus.NoAccess,
]

/**
 * Reads objects by their OIDs, in as few requests as the host takes: one for all up to a maximum, which is halved when the host says
 * that an answer would be too big, and stays so. One after the other.
 */
export class ObjectsReader {
  #maxOids: number

  constructor(maxOids: number) {
    this.#maxOids = maxOids
  }

  /** Objects a request asks for at most, as far as it is known by now. */
  get maxOids(): number {
    return this.#maxOids
  }

  /** Throws as the session; what has been read by then has been told. */
  async read(
    session: SnmpSession,
    oids: readonly string[],
    listener: ObjectsListener,
    signal: AbortSignal,
  ): Promise<void> {
    let waiting = [...oids]
    while (waiting.length > 0) {
      const asked = waiting.slice(0, this.#maxOids)
      const refused = await this.#ask(session, asked, listener, signal)
      waiting = refused === undefined ? waiting.slice(asked.length) : waiting.filter((oid) => !refused.includes(oid))
    }
  }

  /** `undefined` if it was answered, else those of the OIDs that need not be asked for again. */
  async #ask(
    session: SnmpSession,
    asked: readonly string[],
    listener: ObjectsListener,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    try {
      tell(asked, await session.get(asked, signal), listener)
      return undefined
    } catch (error) {
      if (!(error instanceof SnmpStatusError)) throw error
      if (error.isTooBig && asked.length > 1) {
        this.#maxOids = Math.ceil(asked.length / 2)
        return []
      }
      const culprit = culpritOf(error, asked)
      if (culprit === undefined) throw error
      listener.onMissing(culprit, error)
      return [culprit]
    }
  }
}

function tell(asked: readonly string[], answer: readonly Varbind[], listener: ObjectsListener): void {
  const byOid = new Map(answer.map((varbind) => [varbind.oid, varbind]))
  const found = asked.flatMap((oid) => byOid.get(oid) ?? [])
  listener.onAnswer(found)
  if (found.length === asked.length) return
  for (const oid of asked) {
    if (!byOid.has(oid)) listener.onMissing(oid, new DataError("no-value", "the host answers with another object"))
  }
}

function culpritOf({ status, oid, isTooBig }: SnmpStatusError, asked: readonly string[]): string | undefined {
  if (!isTooBig && !ofOneObject.includes(status)) return undefined
  if (asked.length === 1) return asked[0]
  return oid !== undefined && asked.includes(oid) ? oid : undefined
}
