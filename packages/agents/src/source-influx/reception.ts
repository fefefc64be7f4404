import { setTimeout as delay } from "node:timers/promises"
import { FailureLog, type JsonObject, type Logger, Timestamp } from "@metricq/client"
import { TargetState } from "../kit/polling/target-state.js"
import type { Intake } from "./intake.js"
import { LineParser } from "./line-parser.js"
import { type LineHandler, LineStream } from "./line-stream.js"
import type { Precision } from "./precision.js"

/** What listeners share. */
export interface ReceptionContext {
  readonly logger: Logger
  /** Bytes of a line. */
  readonly maxLine: number
  /** The one in force. */
  intake(): Intake
  /** Points wait for MetricQ's broker: whoever can wait, should. */
  isBusy(): boolean
  /** How long a request is held until there is room for its lines. Default 5000. */
  readonly roomMs?: number
}

/** What came of the lines of one sender. */
export interface LineResult {
  taken: number
  /** The first problem, and the number of its line. */
  problem: string | undefined
  line: number
  /** Lines with problems. */
  bad: number
}

const LOOK_MS = 50
const ROOM_MS = 5000

/** Where a listener hands in what it is sent; keeps its state. */
export class Reception {
  readonly state: TargetState
  readonly failures: FailureLog
  readonly #context: ReceptionContext
  readonly #parser = new LineParser()
  #refused = 0

  constructor(name: string, context: ReceptionContext) {
    this.state = new TargetState(name)
    this.failures = new FailureLog(context.logger)
    this.#context = context
  }

  get isBusy(): boolean {
    return this.#context.isBusy()
  }

  get roomMs(): number {
    return this.#context.roomMs ?? ROOM_MS
  }

  /** Takes the lines of one sender; the result grows with them. The parser is shared: lines are read in one go. */
  lines(precision: Precision): { readonly stream: LineStream; readonly result: LineResult } {
    const result: LineResult = { taken: 0, problem: undefined, line: 0, bad: 0 }
    const intake = this.#context.intake()
    const fail = (problem: string, line: number) => {
      intake.problem()
      result.bad += 1
      if (result.problem !== undefined) return
      result.problem = problem
      result.line = line
    }
    const handler: LineHandler = {
      line: (parser, line) => {
        const problem = this.#context.intake().take(parser, precision, Timestamp.now())
        if (problem === undefined) result.taken += 1
        else fail(problem, line)
      },
      problem: fail,
    }
    return { stream: new LineStream(this.#parser, handler, this.#context.maxLine), result }
  }

  /** Lines came. */
  received(durationS?: number): void {
    this.state.succeeded(Date.now(), durationS)
  }

  /** A sender, or something it sent, was refused. */
  refused(who: string | undefined, reason: string): void {
    this.#refused += 1
    this.state.troubled(reason)
    this.failures.add(`${this.state.name}: ${who ?? "a sender"}`, reason)
  }

  /** Waits until there is room for more, `timeoutMs` at most; false if there is none then. */
  async room(signal: AbortSignal, timeoutMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const end = performance.now() + timeoutMs
    while (this.isBusy && !signal.aborted && performance.now() < end)
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
    return !this.isBusy
  }

  details(): JsonObject {
    return { refused: this.#refused, lastProblem: this.state.lastError ?? null }
  }
}
