import { setTimeout as delay } from "node:timers/promises"
import { TimeoutError, Timestamp } from "@metricq/client"
import { Slots } from "../kit/polling/slots.js"
import { BackOff } from "./back-off.js"
import { Connection } from "./protocol/connection.js"
import { ConnectionLost, ModbusException } from "./protocol/modbus-error.js"
import { decodeReadAnswer, encodeReadRequest, type ReadRequest } from "./protocol/read-request.js"

/** How a device wants to be treated. Times in ms. */
export interface Manners {
  /** Longest wait for a connection, and for an answer. */
  readonly timeoutMs: number
  /** Between an answer and the next request. */
  readonly pauseMs: number
  /** Between connecting and the first request. */
  readonly connectPauseMs: number
  /** Longest pause after failures in a row. */
  readonly retryMs: number
  /** How often a request is repeated that was answered with "busy". */
  readonly busyRetries: number
  readonly busyPauseMs: number
  /** No connection is kept from one round to the next. */
  readonly closesAfterRound: boolean
}

/** What came as an answer. */
export interface Answer {
  readonly data: Buffer
  /** When the request was sent. */
  readonly time: Timestamp
}

/** So many units that are silent, one after the other, make a connection suspicious that has more of them. */
const MAX_SILENT = 3

/**
 * A place in the network where units are: one connection that all of them share, and one request at a time, in the order in which
 * they were asked for.
 *
 * A unit that does not answer is left alone for a while, and so is a place that cannot be reached: what is asked for meanwhile fails
 * at once with the same error, and takes nobody's time. A connection that the device closed between two requests is opened anew.
 */
export class Gateway {
  readonly host: string
  readonly port: number
  /** Connections that were tried so far: as long as it is the same, the devices are the same. */
  connections = 0
  readonly #turn = new Slots(1)
  readonly #way: BackOff
  readonly #units = new Map<number, BackOff>()
  #connection: Connection | undefined
  #asking = 0
  /** Units that did not answer, since one did. */
  readonly #silent = new Set<number>()
  #notBeforeMs = 0

  constructor(host: string, port: number) {
    this.host = host
    this.port = port
    this.#way = new BackOff()
  }

  /**
   * Reads registers of a unit; waits for its turn first. Says itself how long it waits for an answer; `signal` ends everything.
   *
   * @throws {ModbusException} if the device refuses; {DataError} `garbage`; {TimeoutError}, {ConnectionLost}; the signal's reason
   */
  async read(unit: number, request: ReadRequest, manners: Manners, signal: AbortSignal): Promise<Answer> {
    this.#asking += 1
    try {
      for (let tries = 0; ; tries += 1) {
        try {
          return await this.#inTurn(unit, request, manners, signal)
        } catch (error) {
          if (!(error instanceof ModbusException && error.isBusy) || tries >= manners.busyRetries) throw error
        }
        await delay(manners.busyPauseMs, undefined, { signal })
      }
    } finally {
      this.#asking -= 1
    }
  }

  /** Closes the connection unless somebody waits for an answer. */
  rest(): void {
    if (this.#asking === 0) this.close()
  }

  close(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  async #inTurn(unit: number, request: ReadRequest, manners: Manners, signal: AbortSignal): Promise<Answer> {
    const leave = await this.#turn.take(signal)
    try {
      this.#way.check()
      this.#stateOf(unit).check()
      return await this.#ask(unit, request, manners, signal)
    } finally {
      leave()
    }
  }

  async #ask(unit: number, request: ReadRequest, manners: Manners, signal: AbortSignal): Promise<Answer> {
    const wasOpen = this.#connection?.isOpen === true
    const connection = await this.#connected(manners, signal)
    try {
      const answer = await this.#exchange(connection, unit, request, manners, signal)
      this.#answered(unit)
      return answer
    } catch (error) {
      signal.throwIfAborted()
      // The device may have closed it while nobody asked: that is no failure yet.
      if (error instanceof ConnectionLost && wasOpen) return this.#ask(unit, request, manners, signal)
      this.#note(unit, error, manners)
      throw error
    }
  }

  async #connected(manners: Manners, signal: AbortSignal): Promise<Connection> {
    if (this.#connection?.isOpen) return this.#connection
    try {
      this.#silent.clear()
      this.connections += 1
      this.#connection = await Connection.open(this.host, this.port, { timeoutMs: manners.timeoutMs, signal })
    } catch (error) {
      signal.throwIfAborted()
      this.#way.failed(error, manners.retryMs)
      throw error
    }
    this.#notBeforeMs = performance.now() + manners.connectPauseMs
    return this.#connection
  }

  async #exchange(
    connection: Connection,
    unit: number,
    request: ReadRequest,
    { timeoutMs, pauseMs }: Manners,
    signal: AbortSignal,
  ): Promise<Answer> {
    const waitMs = this.#notBeforeMs - performance.now()
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
    const time = Timestamp.now()
    try {
      const pdu = await connection.request(unit, encodeReadRequest(request), { timeoutMs, signal })
      return { data: decodeReadAnswer(request, pdu), time }
    } finally {
      this.#notBeforeMs = performance.now() + pauseMs
    }
  }

  #answered(unit: number): void {
    this.#silent.clear()
    this.#way.succeeded()
    this.#stateOf(unit).succeeded()
  }

  /** A unit that refuses is up: only silence counts against it. */
  #note(unit: number, error: unknown, { retryMs }: Manners): void {
    if (error instanceof ConnectionLost) this.#way.failed(error, retryMs)
    else if (error instanceof TimeoutError) this.#noAnswer(unit, error, retryMs)
    else if (error instanceof ModbusException && error.isAboutUnit) this.#stateOf(unit).failed(error, retryMs)
    else this.#answered(unit)
  }

  /** If all units are silent, or several are, the connection itself may be dead. */
  #noAnswer(unit: number, error: TimeoutError, retryMs: number): void {
    this.#stateOf(unit).failed(error, retryMs)
    this.#silent.add(unit)
    if (this.#silent.size >= Math.min(MAX_SILENT, this.#units.size)) this.close()
  }

  #stateOf(unit: number): BackOff {
    const state = this.#units.get(unit) ?? new BackOff()
    this.#units.set(unit, state)
    return state
  }
}
