import { type Client, type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import type { DatabaseObservation } from "./observation.js"
import { isMissing, numberOf, textOf } from "./optional-rpc.js"

/** A database that has not answered by then does not work. */
const ANSWER_S = 10
/** One that has just started reads what has gathered in its queue: what it has not got yet is not missing. */
const STARTING_MS = 90_000
/** Messages that are always on their way. */
const FEW_WAITING = 1000

/** A database, and whether what it tells of metrics is up to date. */
export interface SeenDatabase extends DatabaseObservation {
  readonly isCurrent: boolean
  /** Since when it has been running, in ms since 1970; 0 if it does not tell. */
  readonly sinceMs: number
}

/** Looks how databases are, and remembers which have ever answered: only those can be missed. */
export class DatabaseObserver {
  readonly #rpc: Pick<Client, "rpcTo">
  readonly #known = new Set<string>()

  constructor(rpc: Pick<Client, "rpcTo">) {
    this.#rpc = rpc
  }

  /**
   * How the databases of these tokens are. `expected` are those that should be there: they have a configuration, or metrics of their own.
   *
   * @param queued messages in the queues of a token
   */
  observe(
    tokens: readonly string[],
    expected: ReadonlySet<string>,
    queued: (token: string) => number,
    nowMs: number,
  ): Promise<SeenDatabase[]> {
    return Promise.all(tokens.map((token) => this.#look(token, expected.has(token), queued(token), nowMs)))
  }

  async #look(token: string, isExpected: boolean, queued: number, nowMs: number): Promise<SeenDatabase> {
    const away = { token, state: "away", waiting: queued, trouble: [], isCurrent: false, sinceMs: 0 } as const
    try {
      const status = await this.#rpc.rpcTo(token, "database.status", {}, { timeout: ANSWER_S, repeatable: true })
      this.#known.add(token)
      return answered(token, status, queued, nowMs)
    } catch (error) {
      // One of the original cannot be told from one that hangs by its silence, unless it has ever answered.
      const isAway = error instanceof PeerAway ? isExpected : error instanceof TimeoutError && this.#known.has(token)
      if (isAway) return away
      if (isMissing(error) || error instanceof PeerAway || error instanceof TimeoutError)
        return { ...away, state: "foreign", waiting: 0 }
      // It is there, and cannot tell yet: it is starting.
      if (error instanceof RPCError) return { ...away, state: "answers", waiting: 0 }
      throw error
    }
  }
}

function answered(token: string, status: JsonObject, queued: number, nowMs: number): SeenDatabase {
  const {
    waiting: told,
    trouble: lines,
    since,
  } = status as { waiting?: JsonObject; trouble?: unknown; since?: unknown }
  const waiting = numberOf(told?.messages) + queued
  const trouble = (Array.isArray(lines) ? lines : []).map((line) => textOf(line)).filter(Boolean)
  const sinceMs = Date.parse(textOf(since)) || 0
  const hasBegun = nowMs - sinceMs > STARTING_MS || waiting === 0
  return { token, state: "answers", waiting, trouble, isCurrent: hasBegun && waiting < FEW_WAITING, sinceMs }
}
