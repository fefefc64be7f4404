import {
  type Columns,
  Db,
  type DbOptions,
  type HistoryAnswer,
  type HistoryContext,
  type HistoryRequest,
  type JsonObject,
  RPCError,
} from "@metricq/client"

/** What a database does with what the network brings. */
export interface DatabaseHandlers {
  configure(document: JsonObject): Promise<void>
  store(input: string, columns: Columns): void | Promise<void>
  answer(metric: string, request: HistoryRequest, context: HistoryContext): Promise<HistoryAnswer>
}

/** Names in one RPC; more take several. */
const UNSUBSCRIBED_AT_ONCE = 5000

/** The database as a client of its network. */
export class DatabaseClient extends Db {
  readonly #handlers: DatabaseHandlers

  constructor(options: DbOptions, handlers: DatabaseHandlers) {
    super(options)
    this.#handlers = handlers
  }

  override onConfig(document: JsonObject): Promise<void> {
    return this.#handlers.configure(document)
  }

  override onChunk(input: string, columns: Columns): void | Promise<void> {
    return this.#handlers.store(input, columns)
  }

  override onHistory(metric: string, request: HistoryRequest, context: HistoryContext): Promise<HistoryAnswer> {
    return this.#handlers.answer(metric, request, context)
  }

  /** No more data of `inputs`, no more requests about `names`. The original's manager cannot do that: then they still come. */
  async unsubscribe({ inputs = [], names = [] }: { inputs?: string[]; names?: string[] }): Promise<void> {
    try {
      for (let from = 0; from < Math.max(inputs.length, names.length); from += UNSUBSCRIBED_AT_ONCE) {
        const some = (keys: string[]) => keys.slice(from, from + UNSUBSCRIBED_AT_ONCE)
        await this.rpc("db.unsubscribe", { inputs: some(inputs), names: some(names) }, { repeatable: true })
      }
    } catch (error) {
      if (!(error instanceof RPCError) || !/missing rpc handler/i.test(error.message)) throw error
      this.logger.debug("the manager cannot unsubscribe databases")
    }
  }
}
