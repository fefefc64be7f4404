import type { JsonObject, Metadata } from "@metricq/client"

/** A kind of client for lists. */
export interface KindSummary {
  /** Such as `source-sysinfo`: what tokens of its clients begin with. */
  readonly name: string
  /** One line. */
  readonly summary: string
}

/** What a form and a first document of a kind are made of. */
export interface KindDetails extends KindSummary {
  /** JSON Schema of its configurations. */
  readonly schema: JsonObject
  /** A configuration that works, and shows what there is. */
  readonly sample: JsonObject
  /** Command that starts a client of this kind, but for `--token` and `--server`; absent where there is none to start. */
  readonly command?: string
}

/** What a check has found: a line for each place, beginning with its path: `hosts[0].port: expected …`. */
export interface KindCheck {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** The kinds of clients whose configurations are known. Whoever composes a web server brings it; agents are not its business. */
export interface KindCatalogue {
  list(): Promise<readonly KindSummary[]>
  /** undefined if there is no kind of this name. */
  find(name: string): Promise<KindDetails | undefined>
  /** Name of the kind that a configuration is of, by what it says itself, else by the token; undefined if that is none of these. */
  kindOf(token: string, config: JsonObject): string | undefined
  /** The metrics a valid configuration declares, where that can be told without the machine it is for; else undefined. */
  declared?(token: string, config: JsonObject): Promise<Readonly<Record<string, Metadata>> | undefined>
  /** Check a configuration; of one that is of none of these kinds nothing is found. */
  check(token: string, config: JsonObject): Promise<KindCheck>
}

/** A catalogue without kinds. */
export const noKinds: KindCatalogue = {
  list: async () => [],
  find: async () => undefined,
  kindOf: () => undefined,
  check: async () => ({ errors: [], warnings: [] }),
}
