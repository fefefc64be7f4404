import type { LogLevel } from "@metricq/client"

/** What a database in a thread is started with. */
export interface DatabaseThreadData {
  readonly token: string
  /** Address of the management broker, with user and password. */
  readonly url: string
  readonly folder: string
  readonly administrators: readonly string[]
  /** An earlier thread of this process has had the folder, and may not have given it back. */
  readonly isSuccessor?: boolean
  /** Lines below this level are not sent. */
  readonly logLevel: LogLevel
}

/** What the thread tells. A failure is the last thing before its end. */
export type FromDatabaseThread =
  | { readonly type: "ready"; readonly metrics: number }
  | {
      readonly type: "log"
      readonly level: LogLevel
      readonly message: string
      readonly fields?: Record<string, string>
    }
  | { readonly type: "failed"; readonly reason: string }

/** What the thread is told. */
export type ToDatabaseThread = { readonly type: "stop" }
