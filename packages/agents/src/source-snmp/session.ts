import { lookup } from "node:dns/promises"
import { MetricqError } from "@metricq/client"
import snmp, { type Varbind } from "net-snmp"
import { Slots } from "../kit/polling/slots.js"
import { secretText } from "../kit/secret-text.js"
import { type Access, requestMs } from "./access.js"
import { GuardedSession } from "./guarded-session.js"
import { printAddress } from "./host-address.js"
import { snmpError } from "./snmp-error.js"

/** Requests to a host under way at the same time: those of its intervals; one interval asks one after the other. */
const REQUESTS = 4
const NO_MATCH = "it is no SNMP"

/**
 * A host that is asked over a socket of its own. Requests may be made concurrently; beyond four they wait for each other. Answers
 * are in the order of the OIDs asked for, as far as the host keeps to it.
 *
 * Methods throw {SnmpStatusError} if the host answers with an error, {TimeoutError} if it does not, {MetricqError} `snmp-answer`,
 * `snmp-send`, `closed`; the signal's reason.
 */
export class SnmpSession {
  readonly peer: string
  readonly hasBulk: boolean
  readonly #session: GuardedSession
  readonly #waitedMs: number
  readonly #slots = new Slots(REQUESTS)
  readonly #pending = new Set<(error: Error) => void>()
  #unreadable: string | undefined
  #isClosed = false

  private constructor(access: Access, session: GuardedSession) {
    this.peer = printAddress(access)
    this.hasBulk = access.version !== "1"
    this.#waitedMs = requestMs(access)
    this.#session = session
    session.on("error", (error: Error) => {
      this.#unreadable = error.name === "ResponseInvalidError" ? "it cannot be decoded" : NO_MATCH
    })
    session.on("stumbled", () => this.#failAll("an answer that cannot be read"))
  }

  /**
   * A session with a host; nothing is sent yet.
   *
   * @throws {MetricqError} `secret`; what looking up its name throws
   */
  static async open(access: Access, signal: AbortSignal): Promise<SnmpSession> {
    const { address, family } = await lookup(access.host)
    signal.throwIfAborted()
    return new SnmpSession(access, openSession(access, address, family === 6 ? "udp6" : "udp4"))
  }

  get(oids: readonly string[], signal: AbortSignal): Promise<Varbind[]> {
    return this.#ask((done) => this.#session.get([...oids], done), signal)
  }

  getNext(oids: readonly string[], signal: AbortSignal): Promise<Varbind[]> {
    return this.#ask((done) => this.#session.getNext([...oids], done), signal)
  }

  /** For each OID up to `repetitions` that follow it. Not in version 1. */
  async getBulk(oids: readonly string[], repetitions: number, signal: AbortSignal): Promise<Varbind[][]> {
    const columns = await this.#ask<(Varbind | Varbind[])[]>(
      (done) => this.#session.getBulk([...oids], 0, repetitions, done),
      signal,
    )
    return columns.map((column) => (Array.isArray(column) ? column : [column]))
  }

  /** Closes the socket; requests under way fail. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#failAll("the session is closed")
    this.#session.close()
  }

  async #ask<T>(send: (done: (error: Error | null, answer?: T) => void) => void, signal: AbortSignal): Promise<T> {
    const leave = await this.#slots.take(signal)
    try {
      return await this.#answer(send, signal)
    } finally {
      leave()
    }
  }

  #answer<T>(send: (done: (error: Error | null, answer?: T) => void) => void, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = () => {
        this.#pending.delete(fail)
        signal.removeEventListener("abort", abort)
      }
      const fail = (error: Error) => {
        end()
        reject(error)
      }
      const abort = () => fail(signal.reason)
      if (this.#isClosed) return reject(new MetricqError("closed", `${this.peer}: the session is closed`))
      this.#pending.add(fail)
      signal.addEventListener("abort", abort, { once: true })
      this.#unreadable = undefined
      send((error, answer) => {
        if (answer === undefined || error !== null) return fail(this.#errorOf(error))
        end()
        resolve(answer)
      })
    })
  }

  #errorOf(error: Error | null): Error {
    return snmpError(error ?? {}, { peer: this.peer, waitedMs: this.#waitedMs, unreadable: this.#unreadable })
  }

  #failAll(reason: string): void {
    for (const fail of [...this.#pending]) fail(new MetricqError("snmp-answer", `${this.peer}: ${reason}`))
  }
}

function openSession(access: Access, address: string, transport: "udp4" | "udp6"): GuardedSession {
  const { port, timeoutMs, retries, version, context } = access
  const options = { port, transport, timeout: timeoutMs, retries, backwardsGetNexts: true }
  if (version === "3")
    return new GuardedSession(address, userOf(access), { ...options, version: snmp.Version3, context })
  const community = access.community === undefined ? "" : secretText(access.community)
  return new GuardedSession(address, community, {
    ...options,
    version: version === "1" ? snmp.Version1 : snmp.Version2c,
  })
}

function userOf({ user = "", auth, priv }: Access): snmp.User {
  if (auth === undefined) return { name: user, level: snmp.SecurityLevel.noAuthNoPriv }
  const signing = {
    name: user,
    authProtocol: snmp.AuthProtocols[auth.protocol],
    authKey: secretText(auth.password),
  }
  if (priv === undefined) return { ...signing, level: snmp.SecurityLevel.authNoPriv }
  return {
    ...signing,
    level: snmp.SecurityLevel.authPriv,
    privProtocol: snmp.PrivProtocols[priv.protocol],
    privKey: secretText(priv.password),
  }
}
