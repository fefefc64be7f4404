import snmp, { type Varbind } from "net-snmp"
import { compareOids, indexBelow } from "./oid.js"
import type { SnmpSession } from "./session.js"
import { SnmpStatusError } from "./snmp-error.js"

const REPETITIONS = 30

/** All objects below an OID, in order, until there are no more or the caller stops. Throws as the session. */
export async function* walk(session: SnmpSession, root: string, signal: AbortSignal): AsyncGenerator<Varbind> {
  let at = root
  for (;;) {
    const varbinds = await next(session, at, signal)
    if (varbinds.length === 0) return
    for (const varbind of varbinds) {
      const isInside = indexBelow(root, varbind.oid) !== undefined && !snmp.isVarbindError(varbind)
      if (!isInside || compareOids(varbind.oid, at) <= 0) return
      at = varbind.oid
      yield varbind
    }
  }
}

async function next(session: SnmpSession, oid: string, signal: AbortSignal): Promise<Varbind[]> {
  try {
    if (session.hasBulk) return (await session.getBulk([oid], REPETITIONS, signal))[0] ?? []
    return await session.getNext([oid], signal)
  } catch (error) {
    // In version 1 this is how the last object of all is told.
    if (error instanceof SnmpStatusError && error.status === snmp.ErrorStatus.NoSuchName) return []
    throw error
  }
}
