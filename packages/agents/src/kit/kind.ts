import type { Client, ClientOptions, JsonObject } from "@metricq/client"
import type { ZodType } from "zod"

/** A client that takes a configuration: a source, a durable sink, a transformer. */
export interface ConfiguredClient<Config> extends Client {
  /** Called with each configuration that passed the schema. */
  onConfig(config: Config): void | Promise<void>
}

/** A kind of agent: a class, and what is known about it without starting one. */
export interface AgentKind<Config = unknown> {
  /** `source-sysinfo`: also its folder, and the token it has if none is given. */
  readonly name: string
  /** One line for lists. */
  readonly summary: string
  /**
   * What a configuration may hold. Objects are loose (`z.looseObject`), so that unknown keys stay; `.describe()` says what a key
   * means; the message of a refinement completes "expected …".
   */
  readonly schema: ZodType<Config>
  /** The agent itself. Its `onConfig` is given what the schema made of a document. */
  readonly agent: new (options: ClientOptions) => ConfiguredClient<Config>
  /** Rounds of polling until every metric has a value: 2 where rates need a second reading. Default 1. */
  readonly rounds?: number
  /** A configuration that works, and shows what there is. */
  sample(): JsonObject
}
