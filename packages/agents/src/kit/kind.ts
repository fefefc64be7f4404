import type { Client, ClientOptions, JsonObject, Metadata } from "@metricq/client"
import type { ZodType } from "zod"
import type { Discovery } from "./discovery.js"

/** A client that takes a configuration: a source, a durable sink. */
export interface ConfiguredClient<Config> extends Client {
  /** The configuration in force. */
  config: Config
  /**
   * Called with each configuration that passed the schema, one call after the other. It takes effect as a whole, or throws and
   * leaves everything as it was.
   */
  onConfig(config: Config): void | Promise<void>
}

/** A kind of agent: what is known about it without starting one, and how to make one. */
export interface AgentKind<Config = unknown> {
  /** `source-sysinfo`: also its folder, and the token of an agent that is given none. */
  readonly name: string
  /** One line for lists. */
  readonly summary: string
  /**
   * What a configuration may hold. Objects are loose (`z.looseObject`), so that unknown keys stay; `.describe()` says what a key
   * means; the message of a refinement completes "expected …".
   */
  readonly schema: ZodType<Config>
  /** Whether a key that the schema does not know is right in this document: one of the attributes whose names the document tells. */
  foreseesKey?(key: string, document: unknown): boolean
  /** Rounds of `update` until every metric has a value: 2 where rates need a second reading. Default 1. */
  readonly rounds?: number
  /** How it can look around for what there is to read; absent where the protocol has no way. */
  readonly discovery?: Discovery
  /** The bare agent; `createAgent` adds what all agents have in common. Connects to nothing yet. */
  create(options: ClientOptions): ConfiguredClient<Config>
  /** The metrics that a configuration gives, by name with their metadata, where they can be told without the machine or its devices. */
  declared?(config: Config): Record<string, Metadata>
  /** The same, asked of the machine it runs on: as an agent of its own would declare them. It changes nothing, and may be slow. */
  rehearse?(config: Config): Promise<Record<string, Metadata>>
  /** A configuration that works, and shows what there is. */
  sample(): JsonObject
}
